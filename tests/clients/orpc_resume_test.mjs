// The real @orpc/client where connections break and servers are killed, stopped and started again: its retry plugin goes
// on where it was, over every link that comes back. SAMBUNG_SERVER is the server's program.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, beforeEach, describe, test } from 'node:test'

import { getEventMeta, safe } from '@orpc/client'

import { closeCode, links } from './links.mjs'
import { breakableWay, ownServer } from './own_server.mjs'
import { slowVendor } from './slow_vendor.mjs'
import { textOf, TurnReader } from './turn_reader.mjs'

const model = 'openai/slow'
const timeout = 60_000
const retry = true

const vendor = await slowVendor()
after(() => vendor.close())

// A turn that has begun over a client that comes back, and what its vendor says.
async function begun(client) {
  const chat = await client.chat.create({ title: 'over a link', model })
  const input = { chatId: chat.id, text: 'Apa khabar?', idempotencyKey: randomUUID() }
  const iterator = await client.message.stream(input)
  return { chat, turn: new TurnReader(iterator), answer: await vendor.answer() }
}

const stored = async (client, chat) => (await client.message.list({ chatId: chat.id })).items

const ofTests = (link) => {
  let server
  const opened = []
  beforeEach(async () => {
    server = await ownServer(vendor)
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) one.close()
    await server.remove()
  })
  const kept = (one) => {
    opened.push(one)
    return one
  }
  return {
    get server() { return server },
    open: (way = server) => kept(link.open(way, { retry })),
    way: async () => kept(await breakableWay(server)),
  }
}

for (const link of links.filter((one) => one.comesBack)) {
  describe(link.name, { timeout }, () => {
    const setup = ofTests(link)

    test('an answer whose connection breaks, and breaks again, is read without gap or repeat', async () => {
      const way = await setup.way()
      const { client } = setup.open(way)
      const { chat, turn, answer } = await begun(client)
      answer.say('satu ')
      await turn.readTo('satu ')

      way.cut()
      answer.say('dua ')
      await turn.readTo('satu dua ')
      way.cut()
      answer.say('tiga ').finish()
      await turn.readToEnd()

      assert.equal(turn.text, 'satu dua tiga ')
      assert.equal(turn.last.state, 'complete')
      assert.deepEqual(turn.numbers, turn.numbers.map((_, i) => i + 1))
      assert.equal((await stored(client, chat)).length, 2, 'it was sent once')
    })

    test('an answer that ended while nobody could read it is read to its end', async () => {
      const way = await setup.way()
      const { client } = setup.open(way)
      const { chat, turn, answer } = await begun(client)
      answer.say('satu ')
      await turn.readTo('satu ')

      way.cut()
      answer.say('dua').finish()
      const direct = links[0].open(setup.server).client
      await new TurnReader(await direct.message.resume({ messageId: turn.messageId })).readToEnd()
      await turn.readToEnd()

      assert.equal(turn.text, 'satu dua')
      assert.deepEqual(turn.numbers, turn.numbers.map((_, i) => i + 1))
      assert.equal((await stored(client, chat)).length, 2)
    })

    test('a server that is killed in the middle of an answer loses nothing that was stored', async () => {
      const { client } = setup.open()
      const { chat, turn, answer } = await begun(client)
      for (let i = 0; i < 20; ++i) answer.say(`word${i} `)
      const said = Array.from({ length: 20 }, (_, i) => `word${i} `).join('')
      await turn.readTo(said)
      assert.deepEqual(turn.numbers, turn.numbers.map((_, i) => i + 1))

      await setup.server.kill()
      await setup.server.start()
      await turn.readToEnd()

      assert.equal(turn.last.state, 'incomplete')
      assert.equal(turn.last.reason, 'server_lost')
      const [kept, question, ...more] = await stored(client, chat)
      assert.equal(turn.text, textOf(kept), 'the reader has what storage has')
      assert.ok(said.startsWith(turn.text))
      assert.equal(question.role, 'user')
      assert.equal(more.length, 0, 'it was sent once')

      const again = await begun(client)
      again.answer.say('baik').finish()
      await again.turn.readToEnd()
      assert.equal(again.turn.text, 'baik')
    })

    test('a server that is stopped lets an answer end, and its clients come back', async () => {
      const { client, socket } = setup.open()
      const { chat, turn, answer } = await begun(client)
      answer.say('satu ')
      await turn.readTo('satu ')
      const closed = socket && closeCode(socket)

      const exited = setup.server.stop()
      answer.say('dua').finish()
      assert.equal(await exited, 0)
      if (closed) assert.equal(await closed, 1012)
      await setup.server.start()
      await turn.readToEnd()

      assert.equal(turn.text, 'satu dua')
      assert.equal(turn.last.state, 'complete')
      assert.equal((await stored(client, chat)).length, 2)
    })

    test('a client that has nothing open comes back to a server that was started again', async () => {
      const { client, socket } = setup.open()
      const chat = await client.chat.create({ title: 'before', model })
      const closed = socket && closeCode(socket)

      assert.equal(await setup.server.stop(), 0)
      if (closed) assert.equal(await closed, 1012)
      await setup.server.start()

      assert.equal((await client.chat.getById({ id: chat.id })).title, 'before')
    })

    test('changes are heard of again behind the one that was heard of last', async () => {
      const way = await setup.way()
      const { client } = setup.open(way)
      const direct = setup.open().client
      const events = await client.event.follow({})
      const positions = []
      const next = async () => {
        const { value } = await events.next()
        positions.push(Number(getEventMeta(value).id))
        return value
      }
      const heardOf = async (chat) => {
        for (;;) {
          const event = await next()
          if (event.type === 'changed' && event.id === chat.id) return event
          assert.notEqual(event.type, 'reset')
        }
      }
      // Somebody who stays keeps the feed there.
      const staying = await direct.event.follow({})
      assert.equal((await staying.next()).value.type, 'ready')

      assert.equal((await next()).type, 'ready')
      const first = await direct.chat.create({ title: 'first', model })
      assert.equal((await heardOf(first)).change, 'created')
      way.cut()
      const second = await direct.chat.create({ title: 'second', model })
      const third = await direct.chat.create({ title: 'third', model })
      await heardOf(second)
      await heardOf(third)
      assert.deepEqual(positions, [...new Set(positions)].sort((a, b) => a - b), 'positions rise')
      await staying.return()
      await events.return()
    })
  })
}

describe('a socket that does not come back', { timeout }, () => {
  const setup = ofTests(links.find((one) => one.isSocket && !one.comesBack))

  test('tells every open call that it has gone', async () => {
    const way = await setup.way()
    const { client } = links.find((one) => one.name === 'websocket').open(way)
    const { turn, answer } = await begun(client)
    answer.say('satu ')
    await turn.readTo('satu ')
    const waiting = safe(client.message.resume({ messageId: turn.messageId, after: 100 }).then((it) => it.next()))

    way.cut()

    await assert.rejects(turn.readToEnd())
    assert.ok((await waiting).error)
    answer.finish()
  })
})
