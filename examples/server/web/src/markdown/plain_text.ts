// An answer as it is read aloud.

import { BlockSplitter } from './blocks'
import { piecesOf } from './characters'
import { parseInline } from './inline'
import { parseBlock } from './parse'
import type { BlockNode, Inline, References } from './tree'

/** In which a first sentence ends. */
const longest = 4000

export function plainText(markdown: string): string {
  const splitter = new BlockSplitter()
  splitter.push(markdown)
  splitter.end()
  const references: References = new Map()
  const nodes = splitter.done.flatMap((block) => parseBlock(block, references))
  return nodes.map((node) => blockText(node, references)).filter((text) => text !== '').join('\n')
}

/** The first sentence, or as much of it as `most` characters hold. */
export function firstSentence(markdown: string, most = 200): string {
  const line = plainText(markdown.slice(0, longest)).split('\n', 1)[0]!
  const sentence = /^.{8,}?[.!?。！？؟](?=\s|$)|^.+/u.exec(line)?.[0] ?? ''
  return sentence.length > most ? sentence.slice(0, most).replace(/[\ud800-\udbff]$/, '') + '…' : sentence
}

function blockText(node: BlockNode, references: References): string {
  if (node.type === 'definition' || node.type === 'rule') return ''
  if (node.type === 'row') return node.cells.map((cell) => lineText(cell, references)).join(', ')
  if ('children' in node) return node.children.map((child) => blockText(child, references)).join('\n')
  return node.type === 'code' || node.type === 'math' ? node.source : lineText(node.source, references)
}

function lineText(source: string, references: References): string {
  return parseInline(source, references).map(inlineText).join('').replace(/\s+/g, ' ').trim()
}

function inlineText(node: Inline): string {
  if (node.type === 'break') return ' '
  if (node.type === 'image') return node.alt
  if ('children' in node) return node.children.map(inlineText).join('')
  return piecesOf(node.text).map((piece) => piece.code ?? piece.text).join('')
}
