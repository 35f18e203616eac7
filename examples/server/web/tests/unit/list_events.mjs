// Following events: it goes on behind the last one, waits longer after each failure, and ends when it is told to.
import assert from 'node:assert/strict'
import test from 'node:test'

import { load } from './load.mjs'

const { followOn, pauseAfter } = await load('src/events/follow.ts')

// Streams that are given in turn: events with their positions, and then an error or an end.
function world(streams) {
  const leaving = new AbortController()
  const seen = { opened: [], heard: [], waits: [] }
  const how = {
    async open(position) {
      seen.opened.push(position)
      const stream = streams.shift()
      if (!stream) {
        leaving.abort()
        throw new Error('over')
      }
      if (stream.refused) throw new Error('refused')
      return (async function* () {
        yield* stream.events
        if (stream.breaks) throw new Error('broken')
      })()
    },
    positionOf: (event) => event.position,
    hear: (event) => seen.heard.push(event.name),
    wait: async (ms) => void seen.waits.push(ms),
    random: () => 1,
  }
  return { how, seen, leaving }
}

test('goes on behind the last event, over breaks and ends', async () => {
  const streams = [
    { events: [{ name: 'ready', position: '1' }, { name: 'a', position: '2' }], breaks: true },
    { refused: true },
    { events: [{ name: 'b', position: '3' }] },
  ]
  const { how, seen, leaving } = world(streams)
  const bookmark = { position: undefined }
  await followOn(how, bookmark, leaving.signal)
  assert.deepEqual(seen.opened, [undefined, '2', '2', '3'])
  assert.deepEqual(seen.heard, ['ready', 'a', 'b'])
  assert.equal(bookmark.position, '3')
})

test('waits longer after each failure, and briefly again once something was heard', async () => {
  const refused = Array.from({ length: 3 }, () => ({ refused: true }))
  const { how, seen, leaving } = world([...refused, { events: [{ name: 'a' }] }])
  await followOn(how, { position: undefined }, leaving.signal)
  assert.deepEqual(seen.waits, [500, 1_000, 2_000, 500])
})

test('waits with jitter, and never very long', () => {
  assert.equal(pauseAfter(0, () => 0), 250)
  assert.equal(pauseAfter(50, () => 1), 30_000)
})

test('hears nothing more once it is told to end', async () => {
  const { how, seen, leaving } = world([{ events: [{ name: 'a' }, { name: 'b' }] }])
  how.hear = (event) => {
    seen.heard.push(event.name)
    leaving.abort()
  }
  await followOn(how, { position: undefined }, leaving.signal)
  assert.deepEqual(seen.heard, ['a'])
})
