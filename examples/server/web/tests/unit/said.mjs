import assert from 'node:assert/strict'
import { test } from 'node:test'

import { load } from './load.mjs'

const { titleOf, wellFormed } = await load('src/chat/said.ts')

const half = '\ud83d'

test('what is sent has no half characters and no NUL, and is else as it was typed', () => {
  assert.equal(wellFormed(`a${half}b\0c 😀\t👩‍👩‍👧`), 'a\ufffdb\ufffdc 😀\t👩‍👩‍👧')
})

test('a title is the first line, cut at a word', () => {
  assert.equal(titleOf('  Apa khabar?\nBaris dua'), 'Apa khabar?')
  assert.equal(titleOf(`${'kata '.repeat(20)}`), `${'kata '.repeat(12).trim()}…`)
  assert.equal(titleOf('x'.repeat(70)), `${'x'.repeat(60)}…`)
  assert.equal(titleOf(`a ${'x'.repeat(70)}`), `a ${'x'.repeat(58)}…`)
  assert.equal(titleOf(' \n '), '')
})

test('a title is one that the server takes, whatever is typed', () => {
  for (const piece of ['😀', 'a😀', `${half}x`, '\0', '👩‍👩‍👧', '漢字', 'é'])
    for (const count of [1, 30, 49, 50, 60, 61, 500]) {
      const title = titleOf(piece.repeat(count))
      assert.ok(Buffer.byteLength(title) <= 200, `${piece} ${count}`)
      assert.equal(wellFormed(title), title, `${piece} ${count}`)
    }
})
