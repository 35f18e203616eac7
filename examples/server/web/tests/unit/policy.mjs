// What the content policy and the languages forbid in the sources, found before a browser does.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { filesBelow } from '../support/files.mjs'

const sources = filesBelow(new URL('../../src/', import.meta.url), /(\.svelte|(?<!\.d)\.ts)$/) // what is generated is not read
const having = (pattern, files = sources) => files.filter(({ text }) => pattern.test(text)).map(({ path }) => path)
const components = sources.filter(({ path }) => path.endsWith('.svelte'))

test('no HTML is made of text', () => {
  assert.deepEqual(having(/\{@html|\.(?:inner|outer)HTML|insertAdjacentHTML|document\.write|new Function\(|\beval\(/), [])
})

test('no style stands in an element', () => assert.deepEqual(having(/<[a-z][^>]*\sstyle="/, components), []))

// Where one gets a vendor's key is a link, which a person follows.
const linksOut = 'pages/welcome_vendors.ts'

test('no address of another machine is named', () => {
  const named = sources
    .filter(({ path }) => path !== linksOut)
    .flatMap(({ path, text }) => [...text.matchAll(/https?:\/\/(?!www\.w3\.org\/)[^\s'"`<)]+/g)].map(([url]) => `${path}: ${url}`))
  assert.deepEqual(named.filter((one) => !/:\/\/(localhost|127\.0\.0\.1|[\w.]*example|[\w.]*\.invalid)\b|:\/\/\$\{/.test(one)), [])
})

test('a file is 200 lines at most', () => {
  assert.deepEqual(sources.map(({ path, text }) => [path, text.split('\n').length - 1]).filter(([, lines]) => lines > 200), [])
})
