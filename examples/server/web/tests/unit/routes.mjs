// What a path means, and who is sent elsewhere.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'

import { loadSvelte, pretendBrowser } from '../support/load_svelte.mjs'

pretendBrowser()
const { routeOf, sentElsewhere, wanted } = await loadSvelte('src/routes.svelte.ts', 'src/guard.ts')

describe('a path', () => {
  const pages = {
    '/': { page: 'chat', chatId: null, messageId: null },
    '/c/1': { page: 'chat', chatId: '1', messageId: null },
    '/c/1/': { page: 'chat', chatId: '1', messageId: null },
    '/c': { page: 'not-found' },
    '/c/1/2': { page: 'not-found' },
    '/search': { page: 'search' },
    '/search/more': { page: 'not-found' },
    '/templates': { page: 'templates', id: null },
    '/templates/7': { page: 'templates', id: '7' },
    '/settings': { page: 'settings', section: '' },
    '/settings/keys': { page: 'settings', section: 'keys' },
    '/admin/members': { page: 'admin', section: 'members' },
    '/usage': { page: 'usage' },
    '/sign-in': { page: 'sign-in' },
    '/sign-up': { page: 'sign-up' },
    '/welcome': { page: 'welcome' },
    '/join/geheim': { page: 'join', secret: 'geheim' },
    '/join': { page: 'not-found' },
    '/whatever': { page: 'not-found' },
    '/__proto__': { page: 'not-found' },
  }

  // The server gives the page for the paths that it names itself: nothing else tells when the two part.
  const source = readFileSync(new URL('../../../page.cpp', import.meta.url), 'utf8')
  const served = [...source.match(/options\.pages = \{([^}]*)\}/)[1].matchAll(/"([^"]*)"/g)].map(([, path]) => path)
  const isServed = (path) => served.some((one) => (one.endsWith('/*') ? /^[^/]+$/.test(path.slice(one.length - 1)) && path.startsWith(one.slice(0, -1)) : one === path))

  test('is a page exactly where the server gives the page', () => {
    for (const path of served) assert.notEqual(routeOf(path.replace('*', 'x')).page, 'not-found', path)
    for (const [path, { page }] of Object.entries(pages))
      if (path === '/' || !path.endsWith('/')) assert.equal(isServed(path), page !== 'not-found', path)
  })
  for (const [path, route] of Object.entries(pages))
    test(`${path} is ${route.page}`, () => assert.deepEqual(routeOf(path), route))

  test('names a message behind #', () => assert.equal(routeOf('/c/1', '#m').messageId, 'm'))
})

describe('who comes', () => {
  const at = (path, who) => sentElsewhere(routeOf(path), path, new URLSearchParams(), { isFirst: false, ...who })

  test('is not sent anywhere before it is known who it is', () => assert.equal(at('/c/1', { state: 'unknown' }), null))

  test('without a session goes to sign in, and comes back', () => {
    assert.equal(at('/c/1', { state: 'nobody' }), '/sign-in?to=%2Fc%2F1')
    assert.equal(wanted(new URLSearchParams('to=%2Fc%2F1')), '/c/1')
    assert.equal(at('/', { state: 'nobody' }), '/sign-in')
  })

  test('without a session stays where strangers may be', () => {
    for (const path of ['/sign-in', '/sign-up', '/join/x', '/nothing']) assert.equal(at(path, { state: 'nobody' }), null)
  })

  test('first of all makes the owner', () => {
    for (const path of ['/', '/sign-in', '/c/1']) assert.equal(at(path, { state: 'nobody', isFirst: true }), '/sign-up')
    assert.equal(at('/sign-up', { state: 'nobody', isFirst: true }), null)
  })

  test('with a session does not sign in again', () => {
    assert.equal(at('/sign-in', { state: 'known' }), '/')
    assert.equal(at('/join/x', { state: 'known' }), null)
    assert.equal(at('/c/1', { state: 'known' }), null)
  })

  test('is not sent to another site, nor in a circle', () => {
    const others = ['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', '/\n\\evil.example', '/.//evil.example', '//', '/\t/']
    for (const to of [...others, 'javascript:alert(1)', '/sign-in', '/./sign-in', '/sign-up?to=x', ''])
      assert.equal(wanted(new URLSearchParams({ to })), '/', to)
  })
})
