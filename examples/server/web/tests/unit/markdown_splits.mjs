// However an answer is cut on its way, what is drawn in the end is the same, and nothing of it is missing.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { corpus } from '../support/corpus.mjs'
import { colours, drawWhole, startDrawing } from '../support/drawing.mjs'
import { written } from '../support/tiny_dom.mjs'

function drawnInPieces(pieces) {
  const { root, drawing, frame, settle } = startDrawing()
  for (const piece of pieces) {
    drawing.append(piece)
    frame()
  }
  drawing.finish()
  settle()
  return written(root)
}

for (const [name, text] of corpus('markdown')) {
  test(`${name} is drawn the same at every split`, () => {
    const whole = written(drawWhole(text))

    for (let at = 0; at <= text.length; at++) {
      assert.equal(drawnInPieces([text.slice(0, at), text.slice(at)]), whole, `split at ${at}`)
    }
    assert.equal(drawnInPieces([...text]), whole, 'character by character')
  })

  test(`${name} shows every word of its source`, () => {
    const root = drawWhole(text)
    const shown = written(root)

    for (const [word] of text.replace(/<br>|\r|&[a-z]+;|&#\w+;/g, ' ').matchAll(/[\p{L}\p{N}]{2,}/gu)) assert.ok(shown.includes(word), word)
  })
}

test('the whole corpus as one answer is drawn the same in pieces of any size', () => {
  const text = corpus('markdown').map(([, each]) => each).join('\n\n')
  const whole = written(drawWhole(text))

  for (const size of [1, 7, 64, 1000, 5000]) {
    const pieces = []
    for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size))
    assert.equal(drawnInPieces(pieces), whole, `pieces of ${size}`)
  }
})

test('blocks that are longer than a piece are the same however they arrive', () => {
  const long = {
    line: 'word '.repeat(9000),
    solid: 'x'.repeat(40_000),
    paragraph: 'a line of *text* here\n'.repeat(2000),
    list: '- an item of a list\n  - below it\n'.repeat(1500),
    numbers: Array.from({ length: 2000 }, (_, i) => `${i + 1}. number\n`).join(''),
    table: '| a | b |\n|---|---|\n' + '| cell | *other* |\n'.repeat(1500),
    quote: '> quoted text\n'.repeat(2000),
    code: '```\n' + 'let x = 1\n'.repeat(3000) + '```\n',
    codeLine: '```\n' + 'y'.repeat(50_000) + '\n```\nafter',
    pictures: '😀'.repeat(9000),
  }
  for (const [name, text] of Object.entries(long)) {
    const whole = written(drawWhole(text))
    for (const size of [997, 4_096, 16_385]) {
      const pieces = []
      for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size))
      assert.equal(drawnInPieces(pieces), whole, `${name} in pieces of ${size}`)
    }
  }
})

test('code has the same colours at every split', async () => {
  const [, text] = corpus('markdown').find(([name]) => name.startsWith('16_'))
  const coloured = { ready: colours, load: async () => colours }
  const drawn = async (pieces) => {
    const { root, drawing, frame, settle } = startDrawing({ coloured })
    for (const piece of pieces) {
      drawing.append(piece)
      frame()
    }
    drawing.finish()
    settle()
    await new Promise(setImmediate)
    settle()
    return written(root)
  }
  const whole = await drawn([text])
  assert.match(whole, /hljs-keyword/)

  for (let at = 0; at <= text.length; at++) assert.equal(await drawn([text.slice(0, at), text.slice(at)]), whole, `split at ${at}`)
})
