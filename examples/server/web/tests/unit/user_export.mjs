// What a person takes along: one JSON text of whatever comes by pages.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { load } from './load.mjs'

const { wholeExport } = await load('src/settings/export.ts')
const at = new Date('2026-11-30T00:00:00Z')

// Pages as a server gives them, the last without a cursor.
const pagesOf = (...pages) => {
  const asked = []
  const read = async ({ cursor }) => {
    asked.push(cursor)
    const number = cursor ? Number(cursor) : 0
    return { items: pages[number], nextCursor: number + 1 < pages.length ? String(number + 1) : null, damaged: number }
  }
  return { read, asked }
}

test('all pages become one JSON text, empty ones among them', async () => {
  const { read, asked } = pagesOf([], [{ n: 1 }, { n: 'Ķopi "2"\n' }], [], [{ n: 3 }])
  const told = []

  const file = await wholeExport(read, at, (so) => told.push(so.records))

  const whole = JSON.parse(await file.text())
  assert.deepEqual(whole.records, [{ n: 1 }, { n: 'Ķopi "2"\n' }, { n: 3 }])
  assert.equal(whole.exportedAt, at.toISOString())
  assert.deepEqual(asked, [undefined, '1', '2', '3'])
  assert.deepEqual(told, [0, 2, 2, 3])
})

test('nothing at all is a text, too; what is damaged is counted', async () => {
  const { read } = pagesOf([], [])
  let last

  const file = await wholeExport(read, at, (so) => (last = so))

  assert.deepEqual(JSON.parse(await file.text()).records, [])
  assert.equal(last.damaged, 1)
})

test('a page that fails ends it', async () => {
  const lost = async () => {
    throw new Error('lost')
  }

  await assert.rejects(wholeExport(lost, at, () => {}), /lost/)
})
