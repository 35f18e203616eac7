import assert from 'node:assert/strict'
import { test } from 'node:test'

import { load } from './load.mjs'

const { Drafts } = await load('src/chat/drafts.ts')

class Storage {
  kept = new Map()
  getItem = (key) => this.kept.get(key) ?? null
  setItem = (key, value) => this.kept.set(key, value)
  removeItem = (key) => this.kept.delete(key)
}

test('a draft is there after a restart, by chat', () => {
  const storage = new Storage()
  new Drafts(storage).write('c1', 'setengah ayat')
  new Drafts(storage).write('new', 'lain')

  assert.equal(new Drafts(storage).read('c1'), 'setengah ayat')
  assert.equal(new Drafts(storage).read('new'), 'lain')
  assert.equal(new Drafts(storage).read('c2'), '')
})

test('what was sent or emptied leaves nothing', () => {
  const storage = new Storage()
  const drafts = new Drafts(storage)
  drafts.write('c1', 'ayat')
  drafts.write('c1', ' \n')

  assert.equal(storage.kept.size, 0)
})

test('signing out leaves nothing', () => {
  const storage = new Storage()
  const drafts = new Drafts(storage)
  drafts.write('c1', 'ayat')
  drafts.clear()

  assert.equal(storage.kept.size, 0)
})

test('there are so many and no more, the newest stay', () => {
  const drafts = new Drafts(new Storage())
  for (let n = 0; n < 60; n++) drafts.write(`c${n}`, 'x')

  assert.equal(drafts.read('c9'), '')
  assert.equal(drafts.read('c59'), 'x')
  drafts.write('long', 'y'.repeat(250_000))
  assert.equal(drafts.read('c59'), '')
  assert.equal(drafts.read('long').length, 250_000)
})

test('a storage that is damaged, full or forbidden is none', () => {
  const damaged = new Storage()
  damaged.setItem('sambung.drafts', '{"no": [list')
  assert.equal(new Drafts(damaged).read('c'), '')
  damaged.setItem('sambung.drafts', '[1, null, {"chat": 2}]')
  assert.equal(new Drafts(damaged).read('c'), '')

  const forbidden = new Drafts({ getItem: refuse, setItem: refuse, removeItem: refuse })
  forbidden.write('c', 'x')
  assert.equal(forbidden.read('c'), '')
})

function refuse() {
  throw new Error('forbidden')
}
