// The search: what the address says, what the server is asked, and that only the last answer counts.
import assert from 'node:assert/strict'
import test from 'node:test'

import { load } from './load.mjs'

const { queryOf, pathOf, inputOf, pathOfHit, plainQuery } = await load('src/search/query.ts')
const { marked } = await load('src/search/templates.ts')
const { Latest } = await load('src/search/latest.ts')
const { fileName } = await load('src/list/file_name.ts')

test('the address and the search say the same', () => {
  const query = { text: 'red kite & "ö"', kind: 'message', time: 'range', from: '2026-01-02', to: '2026-02-03', order: 'relevance' }
  assert.deepEqual(queryOf(new URL(pathOf(query), 'http://page').searchParams), query)
  assert.equal(pathOf(plainQuery('')), '/search')
})

test('what an address says wrongly is the plain search', () => {
  const query = queryOf(new URLSearchParams('q=x&in=everywhere&time=never&order=odd&from=1/2/3'))
  assert.deepEqual(query, plainQuery('x'))
})

test('times become moments', () => {
  const now = new Date('2026-03-10T12:00:00Z')
  assert.deepEqual(inputOf({ ...plainQuery(' x '), time: 'day' }, now, 20), { text: 'x', order: 'newest', limit: 20, since: new Date('2026-03-09T12:00:00Z') })
  const range = inputOf({ ...plainQuery('x'), time: 'range', from: '2026-01-01', to: '2026-01-31', kind: 'chat' }, now, 20)
  assert.deepEqual([range.since, range.until, range.kinds], [new Date(2026, 0, 1), new Date(2026, 1, 1), ['chat']], 'the last day is within')
})

test('a hit leads to its message, its chat or its template', () => {
  const hit = { kind: 'message', id: 'm', chatId: 'c', messageId: 'm', table: null }
  assert.equal(pathOfHit(hit), '/c/c#m')
  assert.equal(pathOfHit({ ...hit, kind: 'chat', id: 'c', messageId: null }), '/c/c')
  assert.equal(pathOfHit({ ...hit, kind: 'template', id: 'p' }), '/templates/p')
  assert.equal(pathOfHit({ kind: 'record', id: 'p', table: 'tickets' }), null)
})

test('words are marked in what a template says of itself, and nothing of it is a pattern', () => {
  const texts = (text, wanted) => marked(text, wanted).map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text)).join('')
  assert.equal(texts('Fly a Kite, kite!', 'kite fly'), '[Fly] a [Kite], [kite]!')
  assert.equal(texts('a.c (b)', '. (b'), 'a[.]c [(b])')
  assert.equal(texts('plain', '"'), 'plain')
  assert.deepEqual(marked('', 'x'), [])
})

// The timers of Node.js 18 and 20 are mocked by calls of different forms.
function timersByHand(t) {
  let now = 0
  const waiting = new Map()
  t.mock.method(globalThis, 'setTimeout', (run, pause) => {
    waiting.set(run, now + pause)
    return run
  })
  t.mock.method(globalThis, 'clearTimeout', (run) => waiting.delete(run))
  return (milliseconds) => {
    now += milliseconds
    for (const [run, at] of waiting) if (at <= now && waiting.delete(run)) run()
  }
}

test('only the answer to what was asked last is taken', async (t) => {
  const tick = timersByHand(t)
  const asked = []
  const given = []
  const latest = new Latest((what) => new Promise((resolve) => asked.push({ what, resolve })), (found) => given.push(found), () => assert.fail())
  latest.want('a')
  tick(100)
  latest.want('ab') // typed on within the pause: "a" is never asked
  tick(150)
  latest.want('abc')
  tick(150)
  asked[1].resolve('for abc')
  asked[0].resolve('for ab')
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(asked.map((one) => one.what), ['ab', 'abc'])
  assert.deepEqual(given, ['for abc'])
})

test('files get names that every system takes', () => {
  assert.equal(fileName('a/b: "c"?\u202e'), 'a b c')
  assert.equal(fileName('..'), 'chat')
  assert.equal(fileName('x'.repeat(300)).length, 80)
})
