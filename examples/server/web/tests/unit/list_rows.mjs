// The lists of chats under events and pages in every order: once all has been told, each list is what the server's is.
import assert from 'node:assert/strict'
import test from 'node:test'

import { load } from './load.mjs'

const { ChatRows, byActivity } = await load('src/list/chat_rows.ts')

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

function randomness(from) {
  let state = from
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % below
  }
}

const holds = {
  all: (chat) => !chat.archived,
  loose: (chat) => !chat.archived && chat.folderId === null,
  inFolder: (chat) => !chat.archived && chat.folderId === 'f',
  archived: (chat) => chat.archived,
}

// A server that changes chats at random, lists them by pages, and tells of each change.
class Server {
  constructor(random) {
    this.random = random
    this.chats = new Map()
    this.events = []
    this.now = 1_000
    this.made = 0
  }

  create() {
    const id = `chat${String((this.made += 1)).padStart(6, '0')}`
    this.now += this.random(3) // some are of the same moment
    const chat = { id, title: id, pinned: false, archived: false, folderId: null, activeAt: new Date(this.now), revision: 1 }
    this.chats.set(id, chat)
    this.events.push({ id, change: 'created', revision: 1 })
  }

  change() {
    const ids = [...this.chats.keys()]
    const id = ids[this.random(ids.length)]
    const chat = { ...this.chats.get(id) }
    const kind = this.random(6)
    if (kind === 0) {
      this.chats.delete(id)
      this.events.push({ id, change: 'removed', revision: chat.revision + 1 })
      return
    }
    const moved = { 1: () => (chat.pinned = !chat.pinned), 2: () => (chat.archived = !chat.archived), 3: () => (chat.folderId = chat.folderId ? null : 'f') }
    if (moved[kind]) moved[kind]() // these leave the revision alone
    else {
      chat.revision += 1
      if (kind === 4) chat.activeAt = new Date((this.now += 1))
      else chat.title += '!'
    }
    this.chats.set(id, chat)
    this.events.push({ id, change: 'updated', revision: moved[kind] ? null : chat.revision })
  }

  list(view) {
    return [...this.chats.values()].filter(holds[view]).sort(byActivity)
  }

  page(view, after, limit) {
    const rest = this.list(view).filter((chat) => after === null || byActivity(after, chat) < 0)
    const items = rest.slice(0, limit)
    return { items, isLast: rest.length <= limit }
  }
}

// The page: reads begin and end at different times, events are heard in their order.
class Reader {
  constructor(server) {
    this.server = server
    this.rows = new ChatRows()
    this.views = new Map(Object.keys(holds).map((name) => [name, { bound: null, pages: 0, isLast: false, reading: false }]))
    this.pending = []
  }

  beginPage(name) {
    const view = this.views.get(name)
    if (view.reading || view.isLast) return
    view.reading = true
    const after = view.pages > 0 ? view.bound : null
    const asOf = this.rows.begin()
    this.ask(() => this.server.page(name, after, 5), ({ items, isLast }) => {
      this.rows.putPage({ items, after, isLast, holds: holds[name] }, asOf)
      Object.assign(view, { bound: items.at(-1) ?? after, pages: view.pages + 1, isLast, reading: false })
    })
  }

  hear(event) {
    if (event.change === 'removed') return this.rows.remove(event.id)
    const known = this.rows.get(event.id)
    if (known && event.revision !== null && event.revision <= known.revision) return
    const asOf = this.rows.begin()
    const end = (chat) => (chat ? this.rows.put(chat, asOf) : this.rows.remove(event.id))
    this.ask(() => this.server.chats.get(event.id), end)
  }

  // The server reads at one moment, and what it read arrives at another.
  ask(read, end) {
    this.pending.push(() => {
      const found = read()
      this.pending.push(() => end(found))
    })
  }

  shown(name) {
    const view = this.views.get(name)
    return view.pages === 0 ? [] : this.rows.list(holds[name], view.isLast ? null : view.bound)
  }
}

function run(random) {
  const server = new Server(random)
  const reader = new Reader(server)
  for (let made = 0; made < 20; made += 1) server.create()
  server.events = []
  for (let step = 0; step < 120; step += 1) {
    const what = random(5)
    if (what === 0) server.create()
    else if (what === 1 && server.chats.size > 0) server.change()
    else if (what === 2) reader.beginPage(Object.keys(holds)[random(4)])
    else if (what === 3 && server.events.length > 0) reader.hear(server.events.shift())
    else if (reader.pending.length > 0) reader.pending.splice(random(reader.pending.length), 1)[0]()
  }
  while (server.events.length > 0 || reader.pending.length > 0) {
    if (server.events.length > 0 && random(2) === 0) reader.hear(server.events.shift())
    else if (reader.pending.length > 0) reader.pending.splice(random(reader.pending.length), 1)[0]()
  }
  return { server, reader }
}

test('lists are the server’s, in whatever order pages and events come', () => {
  for (let round = 0; round < 400; round += 1) {
    const { server, reader } = run(randomness(seed + round))
    for (const name of Object.keys(holds)) {
      const view = reader.views.get(name)
      if (view.pages === 0) continue
      const whole = server.list(name)
      const bound = view.isLast ? null : view.bound
      const wanted = whole.filter((chat) => bound === null || byActivity(chat, bound) <= 0)
      const words = (chats) => chats.map((chat) => `${chat.id} ${chat.title} ${chat.pinned}`)
      assert.deepEqual(words(reader.shown(name)), words(wanted), `SEED=${seed + round} ${name}`)
    }
  }
})

const chat = (id, more = {}) => ({ id, title: id, pinned: false, archived: false, folderId: null, activeAt: new Date(0), revision: 1, ...more })

test('a read that began before another does not undo it', () => {
  const rows = new ChatRows()
  const [earlier, later] = [rows.begin(), rows.begin()]
  rows.put(chat('a', { pinned: true }), later)
  rows.put(chat('a', { pinned: false }), earlier)
  assert.equal(rows.get('a').pinned, true)
})

test('an older revision is dropped, however late it was read', () => {
  const rows = new ChatRows()
  rows.put(chat('a', { revision: 3, title: 'new' }), rows.begin())
  rows.put(chat('a', { revision: 2, title: 'old' }), rows.begin())
  assert.equal(rows.get('a').title, 'new')
})

test('what was deleted does not come back with a page that was read before', () => {
  const rows = new ChatRows()
  const asOf = rows.begin()
  rows.remove('a')
  rows.putPage({ items: [chat('a')], after: null, isLast: true, holds: () => true }, asOf)
  assert.equal(rows.get('a'), undefined)
})

test('what is missing from a page that is read again is let go', () => {
  const rows = new ChatRows()
  const page = (...items) => ({ items, after: null, isLast: true, holds: () => true })
  rows.putPage(page(chat('a'), chat('b')), rows.begin())
  rows.putPage(page(chat('b')), rows.begin())
  assert.deepEqual(rows.list(() => true, null).map((one) => one.id), ['b'])
})

test('titles are found without case and accents', () => {
  const rows = new ChatRows()
  rows.put(chat('a', { title: 'Café in Ipoh' }), rows.begin())
  assert.deepEqual(rows.titled('CAFE', 5).map((one) => one.id), ['a'])
})
