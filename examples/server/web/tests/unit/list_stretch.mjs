// Which rows of a long list are drawn.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { load } from './load.mjs'

const { pieces, isGap, shortest } = await load('src/list/stretch.ts')

const list = (length) => Array.from({ length }, (_, at) => `row${at}`)
const drawn = (items, seen, kept = []) =>
  pieces(items, (item) => item, seen, kept).map((piece) => (isGap(piece) ? piece.rows : piece.key))

test('a short list is drawn whole', () => {
  assert.deepEqual(drawn(list(shortest), { from: 0, to: 1 }), list(shortest))
})

test('of a long one what is seen, between gaps', () => {
  assert.deepEqual(drawn(list(1_000), { from: 500, to: 503 }), [500, 'row500', 'row501', 'row502', 497])
  assert.deepEqual(drawn(list(1_000), { from: 0, to: 2 }), ['row0', 'row1', 998])
  assert.deepEqual(drawn(list(1_000), { from: 998, to: 2_000 }), [998, 'row998', 'row999'])
})

test('a row that has the focus stays where it is', () => {
  assert.deepEqual(drawn(list(1_000), { from: 500, to: 501 }, ['row10', 'gone']), [10, 'row10', 489, 'row500', 499])
})

test('every row is drawn or in a gap, whatever is seen', () => {
  const items = list(400)
  for (let from = 0; from <= 400; from += 37) {
    const all = pieces(items, (item) => item, { from, to: from + 60 }, ['row3', 'row399'])
    assert.equal(all.reduce((sum, piece) => sum + (isGap(piece) ? piece.rows : 1), 0), 400)
    assert.equal(new Set(all.map(({ key }) => key)).size, all.length)
  }
})
