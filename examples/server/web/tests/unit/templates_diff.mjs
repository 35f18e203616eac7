// How a difference of two versions is drawn.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { load } from './load.mjs'

const { diffCounts, diffRows, fieldText } = await load('src/templates/diff_rows.ts')

const same = (count, from = 1) => Array.from({ length: count }, (_, at) => ({ change: 'same', text: `line ${from + at}` }))
const unfolded = (rows) => rows.flatMap((row) => (row.kind === 'folded' ? row.rows : [row]))

describe('Lines of a difference', () => {
  it('are numbered in both versions', () => {
    const rows = diffRows([{ change: 'removed', text: 'a' }, { change: 'added', text: 'b' }, { change: 'added', text: 'c' }, { change: 'same', text: 'd' }])

    assert.deepEqual(rows.map(({ kind, before, after }) => [kind, before, after]), [
      ['removed', 1, null], ['added', null, 1], ['added', null, 2], ['same', 2, 3],
    ])
  })

  it('are folded where nothing near has changed', () => {
    const rows = diffRows([...same(20), { change: 'added', text: 'new' }, ...same(20, 21)])

    assert.deepEqual(rows.map((row) => row.kind), ['folded', 'same', 'same', 'same', 'added', 'same', 'same', 'same', 'folded'])
    assert.equal(rows[0].count, 17)
    assert.equal(rows.at(-1).rows[0].before, 24)
  })

  it('are not folded for a line or two', () => {
    const rows = diffRows([...same(5), { change: 'added', text: 'new' }])

    assert.ok(rows.every((row) => row.kind !== 'folded'))
  })

  it('are all there, in order, however they are folded', () => {
    let seed = 7
    const random = (below) => (seed = (seed * 16807) % 2147483647) % below
    for (let round = 0; round < 200; ++round) {
      const lines = Array.from({ length: random(60) }, (_, at) => ({ change: ['same', 'same', 'same', 'same', 'added', 'removed'][random(6)], text: String(at) }))

      assert.deepEqual(unfolded(diffRows(lines, random(4))).map((row) => row.text), lines.map((line) => line.text))
    }
  })

  it('are counted', () => {
    assert.deepEqual(diffCounts([{ change: 'added', text: '' }, { change: 'added', text: '' }, { change: 'removed', text: '' }]), { added: 2, removed: 1 })
  })

  it('fold to one row where nothing changed, and to none of nothing', () => {
    assert.equal(diffRows(same(10)).length, 1)
    assert.deepEqual(diffRows([]), [])
  })
})

describe('A field of a difference', () => {
  it('is read as text', () => {
    assert.equal(fieldText(null), '–')
    assert.equal(fieldText('demo/demo'), 'demo/demo')
    assert.equal(fieldText(0.2), '0.2')
    assert.equal(fieldText(['a', 'b']), '["a","b"]')
  })

  it('of several members has those that say something', () => {
    assert.equal(fieldText({ name: 'days', min: 1, label: null, choices: [] }), 'name: days\nmin: 1')
  })
})
