// The real @orpc/client against a running server: SAMBUNG_URL, SAMBUNG_TOKEN.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'

import { createORPCClient, getEventMeta, isDefinedError, ORPCError, safe } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { ClientRetryPlugin } from '@orpc/client/plugins'

const url = `${process.env.SAMBUNG_URL}/rpc`
const model = 'demo/demo'

function clientWith({ token = process.env.SAMBUNG_TOKEN, ...options } = {}) {
  return createORPCClient(new RPCLink({ url, headers: { authorization: `Bearer ${token}` }, ...options }))
}

const client = clientWith()
const newChat = () => client.chat.create({ title: 'from node', model })

async function collect(iterator) {
  const events = []
  for await (const event of iterator) events.push(event)
  return events
}

const textOf = (events) => events.filter((e) => e.type === 'text').map((e) => e.text).join('')

test('a call takes and gives plain values, and dates as Date', async () => {
  assert.deepEqual(await client.healthCheck(), { status: 'ok' })
  const chat = await newChat()
  assert.ok(chat.createdAt instanceof Date)
  assert.equal((await client.chat.getById({ id: chat.id })).title, 'from node')
  const page = await client.chat.getAll({ limit: 1 })
  assert.ok(page.items[0].updatedAt instanceof Date)
})

test('undefined members are as if they were not there', async () => {
  const chat = await client.chat.create({ title: undefined, model, systemPrompt: undefined })
  assert.equal(chat.title, '')
})

test('a BigInt is an integer', async () => {
  const chat = await newChat()
  const changed = await client.chat.update({ id: chat.id, revision: BigInt(chat.revision), title: 'renamed' })
  assert.equal(changed.title, 'renamed')
})

test('a failure is a defined ORPCError with its code', async () => {
  const { error } = await safe(client.chat.getById({ id: randomUUID() }))
  assert.ok(error instanceof ORPCError)
  assert.ok(isDefinedError(error))
  assert.equal(error.code, 'NOT_FOUND')
  assert.equal(error.status, 404)
  assert.equal(error.data.errc, 'not_found')
})

test('bad input lists every issue', async () => {
  const { error } = await safe(client.chat.create({ title: 5, role: 'owner' }))
  assert.equal(error.code, 'BAD_REQUEST')
  assert.deepEqual(error.data.issues.map((i) => i.path).sort(), ['model', 'role', 'title'])
})

test('a stranger is told so, and so is who calls what is not there', async () => {
  const stranger = await safe(clientWith({ token: 'smb_wrong' }).chat.getAll({}))
  assert.equal(stranger.error.code, 'UNAUTHORIZED')
  const missing = await safe(client.chat.nothing({}))
  assert.equal(missing.error.code, 'NOT_FOUND')
})

test('a stale revision is a conflict', async () => {
  const chat = await newChat()
  await client.chat.update({ id: chat.id, revision: chat.revision, title: 'a' })
  const { error } = await safe(client.chat.update({ id: chat.id, revision: chat.revision, title: 'b' }))
  assert.equal(error.code, 'CONFLICT')
})

test('an answer is an event iterator with numbered events', async () => {
  const chat = await newChat()
  const events = await collect(await client.message.stream({ chatId: chat.id, text: 'Apa khabar?' }))

  assert.equal(events[0].type, 'started')
  assert.equal(events.at(-1).type, 'finished')
  assert.equal(events.at(-1).state, 'complete')
  assert.deepEqual(events.map((e) => getEventMeta(e).id), events.map((_, i) => String(i + 1)))
  const { items } = await client.message.list({ chatId: chat.id })
  assert.equal(items[0].parts[0].text, textOf(events))
})

test('an answer is resumed behind the event that was seen last', async () => {
  const chat = await newChat()
  const events = await collect(await client.message.stream({ chatId: chat.id, text: 'hi' }))
  const answer = events[0].messageId

  const rest = await collect(await client.message.resume({ messageId: answer }, { lastEventId: '3' }))

  assert.equal(getEventMeta(rest[0]).id, '4')
  assert.equal(textOf(events.slice(3)), textOf(rest))
})

test('the retry plugin goes on where the connection broke, and sends once', async () => {
  const chat = await newChat()
  let calls = 0
  const seen = []
  const breaking = clientWith({
    plugins: [new ClientRetryPlugin({ default: { retry: 3, retryDelay: 0 } })],
    async fetch(request, init) {
      const response = await globalThis.fetch(request, init)
      seen.push(request.headers.get('last-event-id'))
      return ++calls === 1 ? breakBefore(response, 'id: 5\n') : response
    },
  })

  const events = await collect(
    await breaking.message.stream({ chatId: chat.id, text: 'hi', idempotencyKey: randomUUID() }))

  assert.equal(calls, 2)
  assert.deepEqual(seen, [null, '4'])
  assert.deepEqual(events.map((e) => getEventMeta(e).id), events.map((_, i) => String(i + 1)))
  assert.equal((await client.message.list({ chatId: chat.id })).items.length, 2)
})

test('an answer is stopped', async () => {
  const chat = await newChat()
  const iterator = await client.message.stream({ chatId: chat.id, text: 'hi' })
  const { value: started } = await iterator.next()

  const stopped = await client.message.stop({ messageId: started.messageId })

  assert.equal(stopped.state, 'cancelled')
  assert.equal((await collect(iterator)).at(-1).state, 'cancelled')
})

test('message.create waits for the stored answer', async () => {
  const chat = await newChat()
  const { userMessage, answer } = await client.message.create({ chatId: chat.id, text: 'hi' })
  assert.equal(userMessage.role, 'user')
  assert.equal(answer.state, 'complete')

  const again = await collect(await client.message.regenerate({ messageId: answer.id }))
  assert.equal(again.at(-1).state, 'complete')
  const edited = await collect(await client.message.edit({ messageId: userMessage.id, text: 'hello' }))
  assert.equal(edited.at(-1).state, 'complete')
})

test('models are listed', async () => {
  const { items } = await client.model.list()
  assert.ok(items.some((m) => m.id === model))
})

test('a deleted chat is gone', async () => {
  const chat = await newChat()
  assert.deepEqual(await client.chat.delete({ id: chat.id }), {})
  assert.equal((await safe(client.chat.getById({ id: chat.id }))).error.code, 'NOT_FOUND')
})

// The response, whose connection breaks just before `mark` would arrive, once what is before it was read: an error drops
// what waits.
function breakBefore(response, mark) {
  const reader = response.body.getReader()
  const broke = new TypeError('the connection broke')
  let seen = ''
  const body = new ReadableStream({
    async pull(controller) {
      if (seen.includes(mark)) return controller.error(broke)
      const { value, done } = await reader.read()
      if (done) return controller.close()
      const before = seen.length
      seen += new TextDecoder().decode(value)
      const at = seen.indexOf(mark)
      if (at < 0) return controller.enqueue(value)
      await reader.cancel()
      if (at > before) controller.enqueue(new TextEncoder().encode(seen.slice(before, at)))
      else controller.error(broke)
    },
  }, { highWaterMark: 0 })
  return new Response(body, { status: response.status, headers: response.headers })
}
