// Signing in with the real @orpc/client: SAMBUNG_URL, where everybody may sign up, from SAMBUNG_ORIGIN.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'

import { createORPCClient, safe } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'

import { browser } from './browser.mjs'

const url = `${process.env.SAMBUNG_URL}/rpc`
const password = 'correct horse'
const newEmail = () => `${randomUUID()}@example.com`
const inBrowser = () => createORPCClient(new RPCLink({ url, fetch: browser().fetch }))
const withToken = (token) => createORPCClient(new RPCLink({ url, headers: { authorization: `Bearer ${token}` } }))
const stranger = createORPCClient(new RPCLink({ url }))

test('a browser signs up, acts in its own tenant, and signs out', async () => {
  const client = inBrowser()
  const email = newEmail()

  const { user, session, tokens } = await client.auth.signUp({ email, password, name: 'Ada' })

  assert.equal(user.email, email)
  assert.equal(session.current, true)
  assert.ok(session.expiresAt instanceof Date)
  assert.equal(tokens, null)
  assert.equal((await client.auth.getSession()).session.id, session.id)
  assert.deepEqual((await client.tenant.getAll()).items.map((one) => one.role), ['owner'])
  assert.equal((await client.chat.getAll({})).items.length, 0)
  await client.auth.signOut()
  assert.equal(await client.auth.getSession(), null)
  assert.equal((await safe(client.user.getProfile())).error.code, 'UNAUTHORIZED')
})

test('a service gets tokens in place of a cookie, and exchanges them', async () => {
  const email = newEmail()
  await stranger.auth.signUp({ email, password })

  const { session, tokens } = await stranger.auth.signIn({ email, password, tokens: true })
  assert.ok(tokens.expiresAt > new Date())
  const client = withToken(tokens.accessToken)
  assert.equal((await client.user.getProfile()).email, email)
  assert.ok((await client.user.listSessions({})).items.some((one) => one.id === session.id && one.current))

  const next = await stranger.auth.refresh({ refreshToken: tokens.refreshToken })
  assert.equal((await withToken(next.accessToken).user.getProfile()).email, email)
  const again = await safe(stranger.auth.refresh({ refreshToken: tokens.refreshToken }))
  assert.equal(again.error.code, 'UNAUTHORIZED')
  const stolen = await safe(stranger.auth.refresh({ refreshToken: next.refreshToken }))
  assert.equal(stolen.error.code, 'UNAUTHORIZED', 'a replay ends the family')
})

test('a wrong password is refused like an unknown address', async () => {
  const email = newEmail()
  await stranger.auth.signUp({ email, password })
  const refusal = async (input) => {
    const { error } = await safe(stranger.auth.signIn(input))
    return [error.code, error.message, error.data.errc]
  }

  const wrong = await refusal({ email, password: 'battery staple' })

  assert.equal(wrong[0], 'UNAUTHORIZED')
  assert.deepEqual(await refusal({ email: newEmail(), password }), wrong)
})

test('an API token is made, used and revoked', async () => {
  const owner = inBrowser()
  await owner.auth.signUp({ email: newEmail(), password })

  const { record, secret } = await owner.apiToken.create({ name: 'reader', scopes: ['chat_read'] })

  const reader = withToken(secret)
  assert.equal((await reader.chat.getAll({})).items.length, 0)
  assert.equal((await safe(reader.chat.create({ model: 'demo/demo' }))).error.code, 'FORBIDDEN')
  await owner.apiToken.revoke({ id: record.id })
  assert.equal((await safe(reader.chat.getAll({}))).error.code, 'UNAUTHORIZED')
})

test('an invitation lets its address in, once', async () => {
  const owner = inBrowser()
  const guest = inBrowser()
  const email = newEmail()
  await owner.auth.signUp({ email: newEmail(), password })
  const home = await owner.tenant.get()
  const { secret } = await owner.invitation.create({ email, role: 'viewer' })
  await guest.auth.signUp({ email, password })

  const { tenant, role } = await guest.invitation.accept({ secret })

  assert.deepEqual([tenant.id, role], [home.id, 'viewer'])
  assert.equal((await safe(guest.invitation.accept({ secret }))).error.code, 'NOT_FOUND')
  await guest.tenant.switch({ id: home.id })
  assert.equal((await safe(guest.chat.create({ model: 'demo/demo' }))).error.code, 'FORBIDDEN')
  assert.equal((await owner.member.getAll({})).items.length, 2)
})
