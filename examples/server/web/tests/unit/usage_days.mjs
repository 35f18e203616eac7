// Ranges of days, and the bars that sums make.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { load } from './load.mjs'

const { barsOf, byMonth, isRange, rangeOf, roundedUp } = await load('src/usage/days.ts')

const sum = (day, more = {}) => ({ day, inputTokens: 1, outputTokens: 2, requests: 1, costMicrousd: null, ...more })
const leapDay = new Date('2028-02-29T23:59:59Z')

test('ranges are of UTC, whole months and their ends included', () => {
  assert.deepEqual(rangeOf('month', leapDay), { from: '2028-02-01', to: '2028-02-29' })
  assert.deepEqual(rangeOf('lastMonth', leapDay), { from: '2028-01-01', to: '2028-01-31' })
  assert.deepEqual(rangeOf('lastMonth', new Date('2027-01-31T00:00:00Z')), { from: '2026-12-01', to: '2026-12-31' })
  assert.deepEqual(rangeOf('week', new Date('2027-03-02T00:00:00Z')), { from: '2027-02-24', to: '2027-03-02' })
  assert.deepEqual(rangeOf('year', leapDay), { from: '2027-03-01', to: '2028-02-29' })
})

test('every range by name is one that the server takes', () => {
  for (const name of ['month', 'lastMonth', 'week', 'thirty', 'year'])
    for (let month = 0; month < 48; ++month) assert.ok(isRange(rangeOf(name, new Date(Date.UTC(2026, month, 31)))))
})

test('a range that is empty, too long or half typed is none', () => {
  assert.ok(isRange({ from: '2026-01-01', to: '2026-01-01' }))
  assert.ok(!isRange({ from: '2026-01-02', to: '2026-01-01' }))
  assert.ok(!isRange({ from: '2026-01-01', to: '2027-01-02' }))
  assert.ok(!isRange({ from: '', to: '2026-01-01' }))
})

test('each day has a bar, also where nothing was used; what is no day of the range is left out', () => {
  const bars = barsOf({ from: '2026-02-27', to: '2026-03-01' }, [sum('2026-03-01'), sum('2026-01-01'), sum(null)])

  assert.deepEqual(bars.map(({ first, input, output }) => [first, input, output]), [
    ['2026-02-27', 0, 0],
    ['2026-02-28', 0, 0],
    ['2026-03-01', 1, 2],
  ])
})

test('a long range has a bar for each month, and loses nothing', () => {
  const range = { from: '2026-01-15', to: '2026-12-31' }
  const bars = barsOf(range, [sum('2026-01-20'), sum('2026-01-31'), sum('2026-12-31')])

  assert.ok(byMonth(range))
  assert.equal(bars.length, 12)
  assert.deepEqual([bars[0].input, bars[11].input], [2, 1])
})

test('a cost that is not known stays unknown, and does not hide one that is', () => {
  const [bar] = barsOf({ from: '2026-01-01', to: '2026-01-01' }, [sum('2026-01-01')])
  const [both] = barsOf({ from: '2026-01-01', to: '2026-01-01' }, [sum('2026-01-01'), sum('2026-01-01', { costMicrousd: 7 })])

  assert.equal(bar.cost, null)
  assert.equal(both.cost, 7)
})

test('the scale is a round number that everything fits under', () => {
  assert.deepEqual([0, 1, 3, 867, 1000, 1001, 99_999_999].map(roundedUp), [1, 1, 5, 1000, 1000, 2000, 100_000_000])
})
