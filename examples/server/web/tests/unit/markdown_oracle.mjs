// What a reader of Markdown expects: the structure that `marked` finds is the one that is drawn, where the two mean the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { corpus } from '../support/corpus.mjs'
import { drawWhole } from '../support/drawing.mjs'
import { isText } from '../support/tiny_dom.mjs'
import { packageOfPage } from './load.mjs'

const { Lexer } = await packageOfPage('marked')

// Where we differ on purpose: HTML is text, formulas, definitions and hidden characters are shown, `~` alone is no mark,
// emphasis beside Chinese marks works, pictures of others are links, no link stands within a link, and a quote ends a list.
const ours = /^(05|07|23|24|25|26|27|28|29|33|34|35|36|40|41)_/

const names = { strong: 'strong', em: 'em', del: 'del', codespan: 'code', link: 'a', br: 'br', heading: 'h', hr: 'hr', blockquote: 'blockquote', code: 'pre' }

function outlineOfToken(token) {
  if (token.type === 'space' || token.type === 'checkbox' || token.type === 'def') return []
  if (token.type === 'list') return [[token.ordered ? 'ol' : 'ul', token.items.map((item) => ['li', tokens(item.tokens)])]]
  if (token.type === 'table') return [['table', token.rows.map((row) => ['tr', row.flatMap((cell) => tokens(cell.tokens))])]]
  if (token.type === 'paragraph' || (token.type === 'text' && token.tokens)) return [['p', tokens(token.tokens)]]
  const name = names[token.type]
  return name ? [[name, tokens(token.tokens)]] : []
}

function tokens(list) {
  return (list ?? []).flatMap(outlineOfToken)
}

function outlineOfNode(node) {
  if (isText(node)) return []
  const inside = node.childNodes.flatMap(outlineOfNode)
  if (/^h[3-6]$/.test(node.localName)) return [['h', inside]]
  if (node.localName === 'pre') return [['pre', []]]
  if (node.localName === 'table') return [['table', node.childNodes[1].childNodes.flatMap(outlineOfNode)]]
  if (['p', 'ul', 'ol', 'li', 'tr', 'blockquote', 'hr', 'strong', 'em', 'del', 'code', 'a', 'br'].includes(node.localName)) return [[node.localName, inside]]
  return inside
}

for (const [name, text] of corpus('markdown').filter(([each]) => !ours.test(each))) {
  test(`${name} has the structure that marked finds`, () => {
    const expected = tokens(new Lexer({ gfm: true }).lex(text))

    assert.deepEqual(drawWhole(text).childNodes.flatMap(outlineOfNode), expected)
  })
}
