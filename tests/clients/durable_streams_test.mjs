// The real @durable-streams/client on turns of a running server, which is killed and started again: SAMBUNG_SERVER.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'

import { DurableStream, stream } from '@durable-streams/client'

import { authorityOf, begin, call, serverFor, urlOf } from './durable_streams_turns.mjs'
import { slowVendor } from './slow_vendor.mjs'

const words = Array.from({ length: 120 }, (_, i) => `word${i} `)
const whole = words.join('')
let vendor, server

before(async () => {
  vendor = await slowVendor()
  server = await serverFor(vendor, { SAMBUNG_LONG_POLL_TIME: '1', SAMBUNG_STREAM_CONNECTION_TIME: '1' })
})
after(async () => {
  await server?.remove()
  vendor?.close()
})

const headers = () => authorityOf(server)
const streamOf = (answer) => ({ url: urlOf(server, answer), headers: headers(), warnOnHttp: false })
const open = (answer, options) => stream({ ...streamOf(answer), ...options })

// A turn whose model takes its time: so long that a connection of events and a long poll end before it does.
async function slowly() {
  const id = await begin(server)
  const model = await vendor.answer()
  const said = (async () => {
    for (const word of words) {
      model.say(word)
      await pause(10)
    }
    await pause(1_100)
    model.finish()
  })()
  return { id, said }
}

async function atOnce() {
  const id = await begin(server)
  const model = await vendor.answer()
  model.say(...words).finish()
  return { id, head: await finished(id) }
}

// What a client makes of the events that it is given.
function folded(events) {
  let text = ''
  for (const event of events) {
    if (event.type === 'text') text += event.text
    if (event.type === 'snapshot') text = event.parts.filter((p) => p.type === 'text').map((p) => p.text).join('')
  }
  return text
}

// Everything from `offset` on until the turn has ended. A connection that breaks is opened again where the last batch
// ended, as any reader does that outlives its server.
async function readAll(answer, { live, offset }, seen = () => {}) {
  const events = []
  for (;;) {
    const once = async () => {
      const response = await open(answer, { live, offset })
      await new Promise((done, failed) => {
        response.closed.catch(failed)
        response.subscribeJson((batch) => {
          events.push(...batch.items)
          offset = batch.offset
          seen(events)
          if (batch.streamClosed) done()
        })
      })
    }
    try {
      await once()
      return events
    } catch (error) {
      if (!(error instanceof TypeError)) throw error // TypeError: what fetch says of a connection
      await pause(50)
    }
  }
}

async function finished(answer) {
  for (;;) {
    const head = await DurableStream.head(streamOf(answer))
    if (head.streamClosed) return head
    await pause(20)
  }
}

for (const live of ['sse', 'long-poll', true])
  test(`a whole turn is read while it is written, live ${live}`, async () => {
    const { id, said } = await slowly()
    const events = await readAll(id, { live })
    await said
    assert.equal(folded(events), whole)
    assert.equal(events[0].type, 'started')
    assert.equal(events.at(-1).type, 'finished')
    assert.equal(events.at(-1).state, 'complete')
    assert.equal(events.length, words.length + 2)
  })

test('a turn that has ended is caught up with from any offset', async () => {
  const { id, head } = await atOnce()
  assert.equal(head.offset, String(words.length + 2).padStart(20, '0'))
  for (const had of [0, 1, 2, 50, words.length, words.length + 1, words.length + 2]) {
    const response = await open(id, { live: false, offset: String(had).padStart(20, '0') })
    const events = await response.json()
    assert.equal(events.length, words.length + 2 - had)
    assert.equal(folded(events), words.slice(Math.max(had - 1, 0)).join(''))
  }
})

for (const live of ['sse', 'long-poll'])
  test(`a reader that stops in the middle goes on there, live ${live}`, async () => {
    const { id, said } = await slowly()
    const stop = new AbortController()
    let offset
    const first = []
    const response = await open(id, { live, signal: stop.signal })
    await new Promise((done) => {
      response.subscribeJson((batch) => {
        if (stop.signal.aborted) return
        first.push(...batch.items)
        offset = batch.offset
        if (first.length > 30) {
          stop.abort()
          done()
        }
      })
      response.closed.catch(() => done())
    })
    const rest = await readAll(id, { live, offset })
    await said
    assert.equal(folded([...first, ...rest]), whole)
    assert.equal(first.length + rest.length, words.length + 2)
  })

for (const live of ['sse', 'long-poll'])
  test(`a reader outlives a server that is killed and started again, live ${live}`, async () => {
    const id = await begin(server)
    const model = await vendor.answer()
    model.say(...words.slice(0, 60))
    let restarted
    const events = await readAll(id, { live }, (so_far) => {
      if (so_far.length >= 40) restarted ??= server.kill().then(() => server.start())
    })
    await restarted
    assert.equal(events.at(-1).type, 'finished')
    assert.equal(events.at(-1).state, 'incomplete')
    assert.equal(events.at(-1).reason, 'server_lost')
    const stored = (await call(server, 'message/list', { chatId: events[0].chatId })).items[0]
    assert.equal(folded(events), stored.parts.map((part) => part.text).join(''))
  })

test("what is missing, another's or misread is told by its status", async () => {
  const { id } = await atOnce()
  const missing = randomUUID()
  const status = async (target, options) => (await fetch(target, { headers: headers(), ...options })).status
  assert.equal(await status(urlOf(server, missing)), 404)
  assert.equal(await status(urlOf(server, id), { headers: {} }), 401)
  assert.equal(await status(`${urlOf(server, id)}?offset=57`), 400)
  for (const method of ['PUT', 'POST', 'PATCH', 'DELETE']) {
    const refused = await fetch(urlOf(server, id), { method, headers: headers() })
    assert.equal(refused.status, 405)
    assert.equal(refused.headers.get('allow'), 'GET, HEAD')
  }
  await assert.rejects(open(missing, { live: false }), (error) => error.status === 404)
})
