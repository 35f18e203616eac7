// Who is signed in, as the server, other tabs and other devices have it.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'

import { loadSvelte, pretendBrowser } from '../support/load_svelte.mjs'

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
const inTenant = (id, role, state = 'active') => ({ tenant: { id, name: id, state: 'active', revision: 1 }, role, state })

const pages = []
afterEach(() => {
  for (const page of pages.splice(0)) page.disconnect() // what tries to connect would for ever
})

// A server whose session is what a test says, and a page that has just been opened.
async function opened(server) {
  const browser = pretendBrowser()
  browser.kept.set('sambung.owner', 'ada') // who was here before
  const asked = []
  const answers = {
    'auth/getSession': () => server.user && { user: server.user, session: { tenantId: server.tenantId } },
    'tenant/getAll': () => ({ items: server.tenants, nextCursor: null }),
    'tenant/switch': ({ id }) => ((server.tenantId = id), { tenantId: id }),
    'auth/signIn': ({ password }) => {
      if (password !== 'right') return null
      server.user = { id: 'ada', name: 'Ada', email: 'ada@example.com', settings: {}, revision: 1 }
      return { user: server.user }
    },
    'auth/signOut': () => ((server.user = null), {}),
    healthCheck: () => ({ status: 'ok' }),
  }
  globalThis.fetch = async (url, { body }) => {
    const path = url.replace('/rpc/', '')
    asked.push(path)
    if (server.isAway) throw new TypeError('fetch failed')
    const json = answers[path]?.(JSON.parse(body).json)
    if (json !== undefined && !(path === 'auth/signIn' && json === null)) return Response.json({ json })
    const error = { defined: true, code: 'UNAUTHORIZED', status: 401, message: 'no', data: { errc: 'unauthenticated' } }
    return Response.json({ json: error }, { status: 401 })
  }
  const page = await loadSvelte('src/api/session_calls.ts', 'src/api/session.svelte.ts', 'src/api/link.svelte.ts', 'src/api/fault.ts', 'src/events/events.ts')
  pages.push(page)
  const forgotten = []
  page.atSignOut(() => void forgotten.push('drafts'))
  return { ...page, browser, asked, forgotten }
}

const ada = (tenants = [inTenant('home', 'owner')], tenantId = 'home') => ({
  user: { id: 'ada', name: 'Ada', email: 'ada@example.com', settings: { language: 'ms', theme: 'dark' }, revision: 1 },
  tenants, tenantId,
})

test('nobody is nobody, and no socket stays open', async () => {
  const { session, startSession, browser } = await opened({ user: null, tenants: [] })
  assert.equal(session.state, 'unknown')
  await startSession()
  assert.equal(session.state, 'nobody')
  assert.ok(browser.sockets.every((one) => one.readyState === 3))
})

test('somebody is known with their role, their language and their colours', async () => {
  const { session, startSession, browser } = await opened(ada())
  await startSession()
  assert.deepEqual([session.state, session.user.name, session.role], ['known', 'Ada', 'owner'])
  assert.ok(session.may('tenant_delete'))
  assert.equal(document.documentElement.lang, 'ms')
  assert.equal(document.documentElement.dataset.theme, 'dark')
  assert.deepEqual([...browser.kept.keys()].sort(), ['sambung.language', 'sambung.owner', 'sambung.theme'])
})

test('what a person left whose session ended unseen is gone before the next is known, and there for the same', async () => {
  for (const [owner, left] of [['bob', 0], ['ada', 1]]) {
    const { startSession, browser, forgotten } = await opened(ada())
    browser.kept.set('sambung.owner', owner).set('sambung.drafts', 'rahsia').set('sambung.theme', 'dark').set('another', 'site')
    await startSession()
    assert.equal(browser.kept.has('sambung.drafts'), left === 1)
    assert.equal(forgotten.length, 1 - left)
    assert.equal(browser.kept.get('sambung.owner'), 'ada')
    assert.ok(browser.kept.has('sambung.theme') && browser.kept.has('another'))
  }
})

test('another person in the same browser takes everything of the former away', async () => {
  const server = ada()
  const { startSession, askSession, browser, forgotten } = await opened(server)
  await startSession()
  browser.kept.set('sambung.drafts', 'rahsia')
  server.user = { ...server.user, id: 'bob' }
  await askSession()
  assert.deepEqual([forgotten, browser.gone], [['drafts'], ['/']])
  assert.ok(!browser.kept.has('sambung.drafts'))
})

test('a role that was lowered is lower here as soon as it is heard of', async () => {
  const server = ada()
  const { session, startSession, emit } = await opened(server)
  await startSession()
  server.tenants = [inTenant('home', 'viewer')]
  emit({ type: 'changed', table: 'memberships', id: '1', revision: 2, change: 'updated', chatId: null })
  await settled()
  assert.equal(session.role, 'viewer')
  assert.ok(!session.may('chat_write'))
})

test('a session that has ended takes everything with it', async () => {
  const server = ada()
  const { session, startSession, askSession, browser, forgotten } = await opened(server)
  await startSession()
  server.user = null
  assert.equal(await askSession(), false)
  assert.deepEqual([session.state, session.user, session.tenantId, session.tenants.length], ['nobody', null, null, 0])
  assert.deepEqual(forgotten, ['drafts'])
  assert.deepEqual(browser.gone, ['/sign-in?ended'])
})

test('a server that does not answer ends nothing', async () => {
  const server = ada()
  const { session, startSession, askSession, browser } = await opened(server)
  await startSession()
  server.isAway = true
  assert.equal(await askSession(), true)
  assert.equal(session.state, 'known')
  assert.deepEqual(browser.gone, [])
})

test('signing out tells the other tabs, who forget as well', async () => {
  const { startSession, signOut, browser, forgotten } = await opened(ada())
  await startSession()
  await signOut()
  assert.deepEqual(browser.said, ['out'])
  assert.deepEqual(browser.gone, ['/sign-in'])
  assert.deepEqual(forgotten, ['drafts'])

  const other = await opened(ada())
  await other.startSession()
  other.browser.listeners.get('tabs')({ data: 'out' })
  await settled()
  assert.deepEqual([other.session.state, other.browser.gone, other.forgotten], ['nobody', ['/sign-in'], ['drafts']])
})

test('signing in is known here and told the other tabs; a wrong password is not', async () => {
  const { session, startSession, signIn, faultOf, browser } = await opened({ user: null, tenants: [inTenant('home', 'member')], tenantId: 'home' })
  await startSession()
  const wrong = await signIn({ email: 'a', password: 'wrong', rememberMe: true }).catch((error) => error)
  assert.equal(faultOf(wrong).code, 'unauthenticated')
  assert.equal(session.state, 'nobody')
  await signIn({ email: 'a', password: 'right', rememberMe: true })
  assert.deepEqual([session.state, session.role], ['known', 'member'])
  assert.deepEqual(browser.said, ['in'])
})

test('another tenant, or another person, begins the page anew', async () => {
  for (const change of [{ tenantId: 'work' }, { user: { id: 'bob', settings: {}, revision: 1 } }]) {
    const server = ada([inTenant('home', 'owner'), inTenant('work', 'member')])
    const { startSession, askSession, browser } = await opened(server)
    await startSession()
    Object.assign(server, change)
    await askSession()
    assert.deepEqual(browser.gone, ['/'])
  }
})

test('who was suspended where they acted goes on where they may', async () => {
  const server = ada([inTenant('home', 'owner', 'suspended'), inTenant('work', 'member')])
  const { session, startSession, asked } = await opened(server)
  await startSession()
  assert.deepEqual([session.tenantId, session.role], ['work', 'member'])
  assert.ok(asked.includes('tenant/switch'))
})

test('who may act nowhere is known, and may nothing', async () => {
  const { session, startSession } = await opened(ada([inTenant('home', 'owner', 'suspended')]))
  await startSession()
  assert.deepEqual([session.state, session.role, session.may('chat_read')], ['known', null, false])
})

test('many who ask at once ask once more behind the one that runs', async () => {
  const { startSession, askSession, asked } = await opened(ada())
  await startSession()
  asked.length = 0
  await Promise.all(Array.from({ length: 20 }, askSession))
  assert.equal(asked.filter((path) => path === 'auth/getSession').length, 2)
})
