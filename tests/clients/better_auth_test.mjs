// The real better-auth client against a running server: SAMBUNG_URL, where everybody may sign up, from SAMBUNG_ORIGIN.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'

import { createAuthClient } from 'better-auth/client'

import { browser } from './browser.mjs'

const baseURL = `${process.env.SAMBUNG_URL}/api/auth`
const password = 'correct horse'
const clientOf = (customFetchImpl) => createAuthClient({ baseURL, fetchOptions: { customFetchImpl } })
const newEmail = () => `${randomUUID()}@example.com`

// A client in a browser of its own, signed up as a new user.
async function newUser() {
  const email = newEmail()
  const window = browser()
  const client = clientOf(window.fetch)
  const { data, error } = await client.signUp.email({ name: 'Ada', email, password })
  assert.equal(error, null)
  return { email, client, window, data }
}

async function signIn(email, typed = password) {
  const window = browser()
  const client = clientOf(window.fetch)
  const { data, error } = await client.signIn.email({ email, password: typed })
  return { client, window, data, error }
}

test('whoever signs up is signed in', async () => {
  const { email, client, data } = await newUser()

  assert.equal(data.user.email, email)
  assert.equal(data.user.name, 'Ada')
  assert.equal(data.user.emailVerified, false)
  assert.ok(data.user.createdAt instanceof Date)
  assert.ok(data.token)
  const { data: current } = await client.getSession()
  assert.equal(current.user.id, data.user.id)
  assert.equal(current.session.userId, data.user.id)
  assert.ok(current.session.expiresAt > new Date())
})

test('nobody has no session', async () => {
  const { data, error } = await clientOf(browser().fetch).getSession()
  assert.equal(data, null)
  assert.equal(error, null)
})

test('the cookie is for the server alone', async () => {
  const { window, data } = await newUser()
  const [cookie] = window.received

  assert.match(cookie, /^better-auth\.session_token=[^;]+;/)
  for (const attribute of ['Path=/', 'HttpOnly', 'SameSite=Lax', 'Max-Age=604800']) assert.ok(cookie.includes(attribute))
  const [token, signature] = decodeURIComponent(cookie.split(';')[0].split('=')[1]).split('.')
  assert.equal(token, data.token)
  assert.match(signature, /^[A-Za-z0-9+/]{43}=$/)
})

test('a taken address, a short, a long password and no address are told apart', async () => {
  const { email } = await newUser()
  const client = clientOf(browser().fetch)
  const codeOf = async (input) => (await client.signUp.email({ name: '', email: newEmail(), password, ...input })).error

  const taken = await codeOf({ email })
  assert.deepEqual([taken.status, taken.code], [422, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL'])
  assert.equal((await codeOf({ password: 'short' })).code, 'PASSWORD_TOO_SHORT')
  assert.equal((await codeOf({ password: 'x'.repeat(73) })).code, 'PASSWORD_TOO_LONG')
  assert.equal((await codeOf({ email: 'nobody' })).code, 'INVALID_EMAIL')
})

test('a wrong password and an unknown address are the same', async () => {
  const { email } = await newUser()

  const wrong = (await signIn(email, 'battery staple')).error
  const unknown = (await signIn(newEmail())).error

  assert.deepEqual(wrong, unknown)
  assert.equal(wrong.status, 401)
  assert.equal(wrong.code, 'INVALID_EMAIL_OR_PASSWORD')
})

test('a session that is not to be remembered ends with the browser', async () => {
  const { email } = await newUser()
  const window = browser()

  const { error } = await clientOf(window.fetch).signIn.email({ email, password, rememberMe: false })

  assert.equal(error, null)
  for (const line of window.received) assert.doesNotMatch(line, /Max-Age/)
  assert.ok(window.cookies().has('better-auth.dont_remember'))
  await clientOf(window.fetch).signIn.email({ email, password })
  assert.ok(!window.cookies().has('better-auth.dont_remember'))
})

test('sessions are listed and revoked, one and all others', async () => {
  const { email, client } = await newUser()
  const second = await signIn(email)
  const third = await signIn(email)

  const { data: all } = await client.listSessions()
  assert.equal(all.length, 3)
  const { data: own } = await client.getSession()
  const { data: theirs } = await second.client.getSession()
  assert.ok(all.some((one) => one.token === own.session.token))
  assert.deepEqual((await client.revokeSession({ token: theirs.session.token })).data, { status: true })
  assert.equal((await second.client.getSession()).data, null)
  assert.ok((await third.client.getSession()).data)

  assert.deepEqual((await client.revokeOtherSessions()).data, { status: true })
  assert.equal((await third.client.getSession()).data, null)
  assert.equal((await client.listSessions()).data.length, 1)

  assert.deepEqual((await client.revokeSessions()).data, { status: true })
  assert.equal((await client.getSession()).data, null)
})

test("another's session is left alone, and nobody learns that it is there", async () => {
  const ada = await newUser()
  const eve = await newUser()
  const { data: hers } = await ada.client.getSession()

  const foreign = await eve.client.revokeSession({ token: hers.session.token })
  const missing = await eve.client.revokeSession({ token: randomUUID() })

  assert.deepEqual(foreign.data, missing.data)
  assert.ok((await ada.client.getSession()).data)
})

test('a changed password ends every other session, and the old one is no longer taken', async () => {
  const { email, client } = await newUser()
  const other = await signIn(email)

  const wrong = await client.changePassword({ currentPassword: 'battery staple', newPassword: 'new password' })
  assert.deepEqual([wrong.error.status, wrong.error.code], [400, 'INVALID_PASSWORD'])
  const short = await client.changePassword({ currentPassword: password, newPassword: 'short' })
  assert.equal(short.error.code, 'PASSWORD_TOO_SHORT')
  const changed = await client.changePassword({ currentPassword: password, newPassword: 'new password' })
  assert.equal(changed.data.user.email, email)

  assert.equal((await other.client.getSession()).data, null)
  assert.ok((await client.getSession()).data)
  assert.equal((await signIn(email)).error.code, 'INVALID_EMAIL_OR_PASSWORD')
  assert.equal((await signIn(email, 'new password')).error, null)
})

test('a profile is changed, an address is not', async () => {
  const { client } = await newUser()

  const image = 'https://example.com/ada.png'
  assert.deepEqual((await client.updateUser({ name: 'Ada L.', image })).data, { status: true })
  const { data } = await client.getSession()
  assert.deepEqual([data.user.name, data.user.image], ['Ada L.', image])
  assert.equal((await client.updateUser({ email: newEmail() })).error.code, 'EMAIL_CAN_NOT_BE_UPDATED')
})

test('a signed-out session is dead, also for whoever kept its cookie', async () => {
  const { client, window } = await newUser()
  const kept = browser(window.cookies())

  assert.equal((await client.signOut()).data.success, true)

  assert.deepEqual([...window.cookies().keys()], ['sambung.device']) // the device stays a known one
  assert.equal((await client.getSession()).data, null)
  assert.equal((await clientOf(kept.fetch).getSession()).data, null)
  assert.equal((await clientOf(kept.fetch).listSessions()).error.status, 401)
})

test("a call from another site's page does nothing", async () => {
  const { client, window } = await newUser()
  const foreign = clientOf(browser(window.cookies(), 'https://evil.example').fetch)

  const { error } = await foreign.signOut()

  assert.deepEqual([error.status, error.code], [403, 'INVALID_ORIGIN'])
  assert.ok((await client.getSession()).data)
})
