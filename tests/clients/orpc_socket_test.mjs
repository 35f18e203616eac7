// The real @orpc/client over WebSocket and over HTTP with server-sent events: whatever works over one works over the
// other, by the same code. SAMBUNG_SERVER is the server's program.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'

import { createORPCClient, getEventMeta, isDefinedError, ORPCError, safe } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'

import { browser } from './browser.mjs'
import { links } from './links.mjs'
import { ownServer } from './own_server.mjs'
import { slowVendor } from './slow_vendor.mjs'
import { textOf, TurnReader } from './turn_reader.mjs'

const model = 'openai/slow'
const timeout = 60_000

const vendor = await slowVendor()
const server = await ownServer(vendor)
after(async () => {
  await server.remove()
  vendor.close()
})

for (const link of links) {
  describe(link.name, { timeout }, () => {
    let client, close
    // Not earlier: a socket over which nobody has said who calls is closed after ten seconds.
    before(() => ({ client, close } = link.open(server)))
    after(() => close())

    const newChat = (title = 'over a link') => client.chat.create({ title, model })

    // A turn that has begun, and what its vendor says.
    async function begun(chat, options) {
      const iterator = await client.message.stream({ chatId: chat.id, text: 'Apa khabar?' }, options)
      return { turn: new TurnReader(iterator), answer: await vendor.answer() }
    }

    const resumed = async (turn, after = 0) =>
      new TurnReader(await client.message.resume({ messageId: turn.messageId, after }))

    test('a call takes and gives plain values, dates as Date, integers as BigInt', async () => {
      assert.deepEqual(await client.healthCheck(), { status: 'ok' })
      const chat = await newChat('perbualan “satu” 💬')
      assert.ok(chat.createdAt instanceof Date)
      assert.equal((await client.chat.getById({ id: chat.id })).title, 'perbualan “satu” 💬')
      const changed = await client.chat.update({ id: chat.id, revision: BigInt(chat.revision), title: undefined })
      assert.equal(changed.title, chat.title)
      const { items: [entry] } = await client.chat.getAll({ limit: 1 })
      assert.ok(entry.updatedAt instanceof Date)
    })

    test('a failure is a defined ORPCError with its code and data', async () => {
      const missing = await safe(client.chat.getById({ id: randomUUID() }))
      assert.ok(missing.error instanceof ORPCError && isDefinedError(missing.error))
      assert.deepEqual([missing.error.code, missing.error.status], ['NOT_FOUND', 404])
      assert.equal(missing.error.data.errc, 'not_found')
      const bad = await safe(client.chat.create({ title: 5, role: 'owner' }))
      assert.equal(bad.error.code, 'BAD_REQUEST')
      assert.deepEqual(bad.error.data.issues.map((i) => i.path).sort(), ['model', 'role', 'title'])
      assert.equal((await safe(client.chat.nothing({}))).error.code, 'NOT_FOUND')
    })

    test('a failure of a stream comes in place of the stream', async () => {
      const { error } = await safe(client.message.resume({ messageId: randomUUID() }))
      assert.equal(error.code, 'NOT_FOUND')
    })

    test('a stranger calls what needs nobody, and nothing else', async () => {
      const stranger = link.open(server, { headers: {} })
      assert.deepEqual(await stranger.client.healthCheck(), { status: 'ok' })
      assert.equal((await safe(stranger.client.chat.getAll({}))).error.code, 'UNAUTHORIZED')
      stranger.close()
    })

    test('an answer is an iterator whose events are numbered', async () => {
      const chat = await newChat()
      const { turn, answer } = await begun(chat)
      answer.say('satu ', 'dua ', 'tiga').finish()
      await turn.readToEnd()

      assert.equal(turn.events[0].type, 'started')
      assert.equal(turn.last.type, 'finished')
      assert.equal(turn.last.state, 'complete')
      assert.equal(turn.text, 'satu dua tiga')
      const delays = turn.events.map((event) => getEventMeta(event).retry)
      assert.ok(delays[0] >= 500 && delays[0] < 1_000, 'the first says when to come back')
      assert.ok(delays.slice(1).every((delay) => delay === undefined), 'the others do not')
      assert.equal(textOf((await client.message.list({ chatId: chat.id })).items[0]), turn.text)
    })

    test('an answer is resumed behind the event that was seen last', async () => {
      const { turn, answer } = await begun(await newChat())
      answer.say('satu ')
      await turn.readTo('satu ')
      answer.say('dua ')
      const rest = await client.message.resume({ messageId: turn.messageId }, { lastEventId: `${turn.numbers.at(-1)}` })
      const { value: next } = await rest.next()

      assert.equal(next.text, 'dua ')
      assert.equal(Number(getEventMeta(next).id), turn.numbers.at(-1) + 1)
      answer.finish()
      await turn.readToEnd()
    })

    test('a call is answered while another waits', async () => {
      const chat = await newChat()
      const waiting = client.message.create({ chatId: chat.id, text: 'Apa khabar?' })
      const answer = await vendor.answer()

      assert.equal((await client.chat.getById({ id: chat.id })).title, chat.title)

      answer.say('baik').finish()
      assert.equal(textOf((await waiting).answer), 'baik')
    })

    test('each of many calls at once gets its own answer', async () => {
      const titles = Array.from({ length: 40 }, (_, i) => `chat ${i}`)
      const made = await Promise.all(titles.map(newChat))
      assert.deepEqual(made.map((chat) => chat.title), titles)
      const read = await Promise.all(made.map(({ id }) => client.chat.getById({ id })))
      assert.deepEqual(read.map((chat) => chat.id), made.map((chat) => chat.id))
    })

    test('streams side by side each get their own events', async () => {
      const turns = []
      for (const word of ['satu', 'dua', 'tiga']) turns.push({ word, ...await begun(await newChat()) })
      for (const { word, answer } of turns) answer.say(`${word} `)
      await Promise.all(turns.map(({ word, turn }) => turn.readTo(`${word} `)))
      for (const { word, answer } of turns.reverse()) answer.say(word).finish()
      await Promise.all(turns.map(({ turn }) => turn.readToEnd()))
      for (const { word, turn } of turns) assert.equal(turn.text, `${word} ${word}`)
    })

    test('who leaves a for await ends the reading, not the turn', async () => {
      const { turn, answer } = await begun(await newChat())
      answer.say('satu ')
      let messageId
      for await (const event of turn.iterator) {
        messageId ??= event.messageId
        if (event.type === 'text') break
      }
      answer.say('dua').finish()

      const again = await resumed({ messageId })
      await again.readToEnd()
      assert.equal(again.text, 'satu dua')
      assert.equal(again.last.state, 'complete')
    })

    test('a signal ends the reading, not the turn', async () => {
      const leaving = new AbortController()
      const { turn, answer } = await begun(await newChat(), { signal: leaving.signal })
      answer.say('satu ')
      await turn.readTo('satu ')
      const next = turn.iterator.next()
      leaving.abort()
      await assert.rejects(next)
      answer.say('dua').finish()

      const again = await resumed(turn)
      await again.readToEnd()
      assert.equal(again.text, 'satu dua')
    })

    test('a signal ends the waiting for a call, and others go on', async () => {
      const chat = await newChat()
      const leaving = new AbortController()
      const waiting = client.message.create({ chatId: chat.id, text: 'hi' }, { signal: leaving.signal })
      const answer = await vendor.answer()
      leaving.abort()
      await assert.rejects(waiting)
      answer.say('baik').finish()

      const { items: [stored] } = await client.message.list({ chatId: chat.id })
      await (await resumed({ messageId: stored.id })).readToEnd()
      assert.equal(textOf((await client.message.list({ chatId: chat.id })).items[0]), 'baik')
    })

    test('an answer is stopped by another call', async () => {
      const { turn, answer } = await begun(await newChat())
      answer.say('satu ')
      await turn.readTo('satu ')

      const stopped = await client.message.stop({ messageId: turn.messageId })

      assert.equal(stopped.state, 'cancelled')
      await turn.readToEnd()
      assert.equal(turn.last.state, 'cancelled')
    })

    test('a header chooses the tenant of the calls', async () => {
      const seat = browser()
      const own = createORPCClient(new RPCLink({ url: `${server.url}/rpc`, fetch: seat.fetch }))
      await own.auth.signUp({ email: `${randomUUID()}@example.com`, password: 'correct horse' })
      const [session] = decodeURIComponent(seat.cookies().get('better-auth.session_token')).split('.')
      const name = randomUUID()
      const second = await own.tenant.create({ name })
      const there = link.open(server, {
        headers: { authorization: `Bearer ${session}` }, calls: { 'x-tenant-id': second.id },
      })

      assert.equal((await there.client.tenant.get()).name, name)
      assert.notEqual((await own.tenant.get()).name, name)
      there.close()
    })
  })
}
