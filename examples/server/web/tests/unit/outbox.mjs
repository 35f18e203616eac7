import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { loadTogether } from './load.mjs'

const { Outbox, Forgiving, MemoryStorage, Sending, newKey } = await loadTogether(
  'src/chat/outbox.ts',
  'src/chat/outbox_storage.ts',
  'src/chat/sending.ts',
)

const settled = () => new Promise((resolve) => setImmediate(resolve))
const refuse = async () => { throw new Error('full') }
let made = 0
const item = (more = {}) => ({
  id: newKey(), userId: 'u', tenantId: 't', chatId: 'c', newChat: null, parentId: null, action: { type: 'send' }, text: 'apa khabar',
  parts: [], how: {}, queued: false, createdAt: ++made, trouble: null, refused: null, ...more,
})

describe('an outbox', () => {
  test('keeps what was said over a reload, in its order', async () => {
    const storage = new MemoryStorage()
    const before = new Outbox(storage)
    await before.add(item({ text: 'satu' }))
    await before.add(item({ text: 'dua' }))

    const after = new Outbox(storage)
    await after.load()
    assert.deepEqual(after.items.map(({ text }) => text), ['satu', 'dua'])
  })

  test('does not have twice what was said while it loaded', async () => {
    const outbox = new Outbox(new MemoryStorage())
    await outbox.add(item())
    await outbox.load()

    assert.equal(outbox.items.length, 1)
  })

  test('has no more what another tab sent or took back, nor writes it again', async () => {
    const storage = new MemoryStorage()
    const told = []
    const here = new Outbox(storage, (id) => told.push(id))
    const there = new Outbox(storage)
    await here.add(item({ id: 'a' }))
    await there.load()
    await here.remove('a')
    assert.deepEqual(told, ['a'])

    await there.change('a', { trouble: { code: 'offline' } })
    assert.deepEqual(await storage.load(), [])
    there.removedElsewhere('a')
    assert.deepEqual(there.items, [])
    await storage.put(item({ id: 'a' }))
    await there.load()
    assert.deepEqual(there.items, [])
  })

  test('that cannot be written holds all the same', async () => {
    const full = { load: async () => [], put: refuse, replace: refuse, remove: refuse, clear: refuse }
    const storage = new Forgiving(full)
    const outbox = new Outbox(storage)
    await outbox.add(item({ id: 'a' }))
    await outbox.change('a', { queued: true })
    assert.ok(outbox.find('a').queued)
    await outbox.remove('a')
    assert.equal(outbox.items.length, 0)
  })

  test('forgets all when its user signs out', async () => {
    const storage = new MemoryStorage()
    const outbox = new Outbox(storage)
    await outbox.add(item())
    await outbox.clear()

    assert.deepEqual(await storage.load(), [])
  })
})

describe('sending', () => {
  // A server that answers as `answers` says, one after the other: an errc, or that a turn has begun.
  function setUp({ answers = [], mayDeliver = () => true, isTooOld = () => false } = {}) {
    const outbox = new Outbox(new MemoryStorage())
    const seen = { opened: [], started: [], timers: [], chats: [] }
    const clock = { now: 0 }
    const ports = {
      createChat: async ({ id }) => (seen.chats.push(id), { id: `chat of ${id}` }),
      goOnFrom: async ({ parentId }) => seen.opened.push(`head ${parentId}`),
      open: async ({ id, text }) => {
        seen.opened.push(text)
        const answer = answers.shift() ?? 'started'
        if (answer !== 'started') throw Object.assign(new Error(answer), { fault: { code: answer, message: '', retryAfterMs: null, issues: [] } })
        return [{ type: 'started', chatId: 'c', messageId: `m of ${id}` }].values()
      },
      faultOf: ({ fault }) => fault,
      chatMade: () => {},
      started: (turn) => seen.started.push(turn.event.messageId),
      later: (milliseconds, run) => seen.timers.push({ milliseconds, run }),
      mayDeliver,
      isTooOld,
    }
    const sending = new Sending(outbox, ports, () => clock.now)
    const tick = async () => {
      const { milliseconds, run } = seen.timers.shift()
      clock.now += milliseconds
      run()
      await settled()
    }
    return { outbox, sending, seen, tick }
  }

  test('takes an entry out once its turn has begun', async () => {
    const { outbox, seen } = setUp()
    await outbox.add(item())
    await settled()

    assert.equal(seen.started.length, 1)
    assert.equal(outbox.items.length, 0)
  })

  test('sends the same entry with the same key until somebody answers', async () => {
    const { outbox, seen, tick } = setUp({ answers: ['offline', 'unavailable', 'offline', 'started'] })
    const said = item()
    await outbox.add(said)
    await settled()
    while (seen.timers.length > 0) await tick()

    assert.equal(seen.opened.length, 4)
    assert.deepEqual(seen.started, [`m of ${said.id}`])
    assert.equal(outbox.items.length, 0)
  })

  test('keeps what is refused, with the reason, and sends it no more by itself', async () => {
    const { outbox, seen } = setUp({ answers: ['quota_exceeded'] })
    await outbox.add(item())
    await settled()

    assert.equal(outbox.items[0].refused.code, 'quota_exceeded')
    assert.equal(seen.timers.length, 0)
    await outbox.change(outbox.items[0].id, { refused: null })
    await settled()
    assert.equal(outbox.items.length, 0)
  })

  test('sends one after the other in a chat, and side by side in several', async () => {
    const { outbox, sending, seen } = setUp()
    await outbox.add(item({ text: 'satu' }))
    await outbox.add(item({ text: 'dua' }))
    await outbox.add(item({ text: 'lain', chatId: 'd' }))
    await settled()
    assert.deepEqual(seen.opened.sort(), ['lain', 'satu'])

    sending.setRunning('c', false)
    await settled()
    assert.deepEqual(seen.opened.sort(), ['dua', 'lain', 'satu'])
  })

  test('what is queued waits for the answer that runs', async () => {
    const { outbox, sending, seen } = setUp()
    sending.setRunning('c', true)
    await outbox.add(item({ queued: true }))
    await settled()
    assert.equal(seen.opened.length, 0)

    sending.setRunning('c', false)
    await settled()
    assert.equal(seen.started.length, 1)
  })

  test('waits where another device has an answer running, and not for ever', async () => {
    const { outbox, seen, tick } = setUp({ answers: Array(100).fill('conflict') })
    await outbox.add(item())
    await settled()
    while (seen.timers.length > 0) await tick()

    assert.ok(seen.opened.length > 3 && seen.opened.length < 20)
    assert.equal(outbox.items[0].refused.code, 'conflict')
  })

  test('makes the chat of a first message, once, and sends to it', async () => {
    const { outbox, seen, tick } = setUp({ answers: ['offline', 'started'] })
    await outbox.add(item({ chatId: null, newChat: { model: 'demo/demo', title: 'apa' } }))
    await settled()
    while (seen.timers.length > 0) await tick()

    assert.equal(seen.chats.length, 1)
    assert.equal(seen.started.length, 1)
  })

  test('goes on from where it was said before it is sent', async () => {
    const { outbox, seen } = setUp()
    await outbox.add(item({ parentId: 'p', text: 'dua' }))
    await settled()

    assert.deepEqual(seen.opened, ['head p', 'dua'])
  })

  test('goes there once, however often it is sent: the answer that nobody heard of stands behind it', async () => {
    const { outbox, seen, tick } = setUp({ answers: ['offline', 'offline'] })
    await outbox.add(item({ parentId: 'p', text: 'dua' }))
    await settled()
    while (seen.timers.length > 0) await tick()

    assert.deepEqual(seen.opened, ['head p', 'dua', 'dua', 'dua'])
  })

  test('asks before it sends what the server may know no more', async () => {
    let isTooOld = true
    const { outbox, seen } = setUp({ isTooOld: () => isTooOld })
    await outbox.add(item())
    await settled()
    assert.deepEqual([seen.opened, outbox.items[0].refused.code], [[], 'waited_too_long'])

    isTooOld = false
    await outbox.change(outbox.items[0].id, { refused: null })
    await settled()
    assert.equal(outbox.items.length, 0)
  })

  test('waits no longer when the clock is set back', async () => {
    const { now } = Date
    const outbox = new Outbox(new MemoryStorage())
    const timers = []
    const ports = {
      open: async () => (opened++, Promise.reject(new Error('offline'))), isTooOld: () => false, mayDeliver: () => true,
      faultOf: () => ({ code: 'offline', message: '', retryAfterMs: 1, issues: [] }), later: (_, run) => timers.push(run),
    }
    let opened = 0
    new Sending(outbox, ports)
    try {
      await outbox.add(item())
      await settled()
      Date.now = () => now() - 86_400_000
      await new Promise((resolve) => setTimeout(resolve, 5))
      timers.shift()()
      await settled()
    } finally {
      Date.now = now
    }
    assert.equal(opened, 2)
  })

  test('sends nothing of somebody else', async () => {
    const { outbox, seen } = setUp({ mayDeliver: ({ userId }) => userId === 'u' })
    await outbox.add(item({ userId: 'another' }))
    await settled()

    assert.equal(seen.opened.length, 0)
  })
})

test('keys are long and never the same', () => {
  const keys = new Set(Array.from({ length: 1_000 }, newKey))
  assert.equal(keys.size, 1_000)
  for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/)
})
