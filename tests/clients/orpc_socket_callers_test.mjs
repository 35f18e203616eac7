// Who may open a socket, who calls over it, and how many calls it takes, with the real @orpc/client. SAMBUNG_SERVER is
// the server's program.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'

import { createORPCClient, safe } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'

import { browser } from './browser.mjs'
import { closeCode, handshake, links } from './links.mjs'
import { ownServer } from './own_server.mjs'
import { slowVendor } from './slow_vendor.mjs'
import { TurnReader } from './turn_reader.mjs'

const timeout = 60_000
const maxOpenCalls = 64
const origin = process.env.SAMBUNG_ORIGIN
const password = 'correct horse'
const newEmail = () => `${randomUUID()}@example.com`

const vendor = await slowVendor()
const server = await ownServer(vendor)
const opened = []
after(async () => {
  for (const one of opened) one.close()
  await server.remove()
  vendor.close()
})

function open(link, how) {
  const made = link.open(server, how)
  opened.push(made)
  return made
}

const sockets = links.filter((one) => one.isSocket)
const socketLink = sockets[0]
const token = { authorization: `Bearer ${server.token}` }

async function signedUp() {
  const seat = browser()
  const client = createORPCClient(new RPCLink({ url: `${server.url}/rpc`, fetch: seat.fetch }))
  const email = newEmail()
  await client.auth.signUp({ email, password })
  const cookie = [...seat.cookies()].map((pair) => pair.join('=')).join('; ')
  return { client, email, cookie }
}

async function runningTurn(client) {
  const chat = await client.chat.create({ title: 'over a socket', model: 'openai/slow' })
  const turn = new TurnReader(await client.message.stream({ chatId: chat.id, text: 'hi' }))
  const answer = await vendor.answer()
  answer.say('satu ')
  await turn.readTo('satu ')
  return { turn, answer }
}

describe('a handshake', { timeout }, () => {
  test('with a cookie and the origin of a page that may call is the user of the session', async () => {
    const { email, cookie } = await signedUp()
    for (const one of [origin, server.url]) {
      const { client } = open(socketLink, { headers: { cookie, origin: one } })
      assert.equal((await client.user.getProfile()).email, email)
    }
  })

  test('with a cookie and no origin is refused', async () => {
    const { cookie } = await signedUp()
    assert.equal(await handshake(server, { cookie }), 403)
  })

  test('from the page of a stranger is refused, whoever asks', async () => {
    const { cookie } = await signedUp()
    for (const one of [{ cookie }, token, {}])
      assert.equal(await handshake(server, { ...one, origin: 'https://evil.example' }), 403)
  })

  test('with a wrong token is refused, or its calls are', async () => {
    const headers = { authorization: 'Bearer smb_wrong' }
    const seen = await handshake(server, headers)
    if (seen === 401) return
    assert.equal(seen, 'open')
    assert.equal((await safe(open(socketLink, { headers }).client.chat.getAll({}))).error.code, 'UNAUTHORIZED')
  })
})

describe('a call', { timeout }, () => {
  test('says who calls, whatever the handshake said', async () => {
    const { email, cookie } = await signedUp()
    const { tokens } = await links[0].open(server, { headers: {} }).client.auth.signIn({ email, password, tokens: true })
    const bearer = { authorization: `Bearer ${tokens.accessToken}` }

    const { client } = open(socketLink, { headers: token, calls: bearer })

    assert.equal((await client.user.getProfile()).email, email)
    const own = open(socketLink, { headers: { cookie, origin }, calls: token }).client
    assert.notEqual((await safe(own.user.getProfile())).data?.email, email)
  })

  test('that must set a cookie is for HTTP', async () => {
    const { client } = open(socketLink)
    const { error } = await safe(client.auth.signUp({ email: newEmail(), password }))
    assert.equal(error.code, 'NOT_IMPLEMENTED')
  })

  test('with a file is for HTTP', async () => {
    const { client } = open(socketLink)
    const { error } = await safe(client.chat.create({ title: new Blob(['a title']), model: 'openai/slow' }))
    assert.equal(error.code, 'UNSUPPORTED_MEDIA_TYPE')
    assert.deepEqual(await client.healthCheck(), { status: 'ok' })
  })
})

for (const link of sockets) {
  test(`${link.name}: takes ${maxOpenCalls} calls at once, one more when one has ended`, { timeout }, async () => {
    const { turn, answer } = await runningTurn(links[0].open(server).client)
    const { client } = open(link)
    const resume = () => client.message.resume({ messageId: turn.messageId })
    const readers = []
    for (let i = 0; i < maxOpenCalls; ++i) readers.push(await resume())

    const { error } = await safe(resume())
    assert.equal(error.code, 'TOO_MANY_REQUESTS')

    await readers.pop().return()
    readers.push(await resume())
    answer.say('dua').finish()
    for (const one of readers) assert.equal((await new TurnReader(one).readToEnd()).text, 'satu dua')
    await turn.readToEnd()
  })
}

for (const link of links.filter((one) => one.takesCookies)) {
  test(`${link.name}: who has signed out reads no more`, { timeout }, async () => {
    const seat = await signedUp()
    const { client, socket } = open(link, { headers: { cookie: seat.cookie, origin } })
    const { turn, answer } = await runningTurn(client)
    const closed = socket && closeCode(socket)

    await seat.client.auth.signOut()

    const ended = await safe(turn.readToEnd())
    assert.equal(ended.error.code, 'UNAUTHORIZED')
    if (closed) assert.equal(await closed, 1008)
    answer.finish()
  })
}
