// Calls over whichever way there is: what is sent again, what is not, and what a caller is told.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { loadTogether } from './load.mjs'

const { createORPCClient, dispatcher, faultOf, isAborted, Offline, ORPCError, withEventMeta, isRepeatable, isTooLarge } =
  await loadTogether('src/api/dispatch.ts', 'src/api/fault.ts', 'src/api/repeatable.ts', 'node_modules/@orpc/client/dist/index.mjs')

const gone = () => Object.assign(new Error('closed'), { name: 'AbortError' })
const refused = (code, errc) => new ORPCError(code, { data: { errc } })

// A client over ways that answer in turn; `answers` are values, errors, or functions of the call.
function over(...answers) {
  const told = { asked: [], lost: [], refused: 0 }
  const answer = async (carrier, path, input, options) => {
    told.asked.push({ carrier, path: path.join('.'), input, lastEventId: options.lastEventId })
    const next = answers.shift()
    if (next instanceof Error) throw next
    return typeof next === 'function' ? next(options) : next
  }
  const ways = {
    ready: async () => told.carrier ?? 'socket',
    link: async (carrier) => ({ call: (path, input, options) => answer(carrier, path, input, options) }),
    lost: (carrier) => told.lost.push(carrier),
    refused: async () => (told.refused += 1) > 0,
  }
  told.client = createORPCClient(dispatcher(ways))
  return told
}

// Events with numbers; an error ends them.
async function* events(...all) {
  for (const one of all) {
    if (one instanceof Error) throw one
    yield withEventMeta({ n: one }, { id: `${one}`, retry: 1 })
  }
}

const fails = (promise) => promise.then(() => assert.fail('it did not fail'), (error) => error)

describe('a call', () => {
  test('is answered', async () => {
    const { client, asked } = over({ id: 1 })
    assert.deepEqual(await client.chat.getById({ id: 1 }), { id: 1 })
    assert.deepEqual(asked, [{ carrier: 'socket', path: 'chat.getById', input: { id: 1 }, lastEventId: undefined }])
  })

  test('that reads is made again when the way was lost', async () => {
    const { client, asked } = over(gone(), { id: 1 })
    assert.deepEqual(await client.chat.getById({ id: 1 }), { id: 1 })
    assert.equal(asked.length, 2)
  })

  test('that changes something is not: nobody knows whether it was done', async () => {
    const { client, asked } = over(gone())
    assert.equal(faultOf(await fails(client.chat.delete({ id: 1 }))).code, 'offline')
    assert.equal(asked.length, 1)
  })

  test('with a key of its own is done once, so it is made again', async () => {
    const { client, asked } = over(gone(), {})
    await client.chat.create({ model: 'a/b', idempotencyKey: 'k' })
    assert.equal(asked.length, 2)
  })

  test('is refused in the server’s words, once', async () => {
    const { client, asked } = over(new ORPCError('CONFLICT', { data: { errc: 'conflict', issues: [{ path: 'a', message: 'b' }], retryAfterMs: 5 } }))
    const fault = faultOf(await fails(client.chat.getById({})))
    assert.deepEqual([fault.code, fault.issues.length, fault.retryAfterMs, asked.length], ['conflict', 1, 5, 1])
  })

  test('that a proxy answers found no server', async () => {
    const { client, lost } = over(new ORPCError('BAD_GATEWAY'))
    assert.ok((await fails(client.chat.delete({}))) instanceof Offline)
    assert.deepEqual(lost, ['socket'])
  })

  test('without authority has it asked who is signed in', async () => {
    const told = over(refused('UNAUTHORIZED', 'unauthenticated'))
    assert.equal(faultOf(await fails(told.client.chat.getAll({}))).code, 'unauthenticated')
    assert.equal(told.refused, 1)
    assert.equal(told.asked.length, 1)
  })

  test('that its caller ends is told by the caller’s reason', async () => {
    const leaving = new AbortController()
    const { client } = over((options) => new Promise((_, reject) => options.signal.addEventListener('abort', () => reject(gone()))))
    const call = fails(client.chat.getAll({}, { signal: leaving.signal }))
    setTimeout(() => leaving.abort(), 5)
    assert.ok(isAborted(await call))
  })

  test('too large for a socket goes by a request', async () => {
    const { client, asked } = over({})
    await client.message.stream({ chatId: 1, parts: [{ type: 'image', url: `data:image/png;base64,${'A'.repeat(800_000)}` }] }, { context: { retry: 0 } })
    assert.equal(asked[0].carrier, 'requests')
    assert.ok(!isTooLarge({ text: 'short', at: new Date(), deep: [[['x']]] }))
  })
})

describe('a stream', () => {
  const read = async (stream) => {
    const seen = []
    for await (const event of await stream) seen.push(event.n)
    return seen
  }

  test('goes on behind its last event when the way is lost, and lost again', async () => {
    const { client, asked } = over(() => events(1, 2, gone()), gone(), () => events(3, gone()), () => events(4))
    assert.deepEqual(await read(client.message.resume({ messageId: 'm' })), [1, 2, 3, 4])
    assert.deepEqual(asked.map((one) => one.lastEventId), [undefined, '2', '2', '3'])
  })

  test('of a message without a key is not begun again', async () => {
    const { client } = over(() => events(1, gone()))
    assert.ok((await fails(read(client.message.stream({ text: 'a' })))) instanceof Offline)
  })

  test('goes on over another server when its own restarts', async () => {
    const { client } = over(() => events(1, refused('SERVICE_UNAVAILABLE', 'unavailable')), () => events(2))
    assert.deepEqual(await read(client.event.follow({})), [1, 2])
  })

  test('whose reader has another role now goes on if they may', async () => {
    const { client } = over(() => events(1, refused('UNAUTHORIZED', 'unauthenticated')), () => events(2))
    assert.deepEqual(await read(client.event.follow({})), [1, 2])
  })

  test('ends with what cannot be mended', async () => {
    const { client } = over(() => events(1, refused('NOT_FOUND', 'not_found')))
    assert.equal(faultOf(await fails(read(client.event.follow({})))).code, 'not_found')
  })

  test('is left to a caller who wants to do it alone', async () => {
    const { client, asked } = over(() => events(1, gone()))
    await fails(read(client.event.follow({}, { context: { retry: 0 } })))
    assert.equal(asked.length, 1)
  })
})

test('what may be sent again is what reads, and what has a key', () => {
  for (const path of ['chat.getAll', 'message.list', 'search.query', 'message.resume', 'event.follow', 'prompt.versions.list', 'healthCheck', 'quota.mine', 'message.preview'])
    assert.ok(isRepeatable(path.split('.'), {}), path)
  for (const path of ['chat.create', 'message.stop', 'prompt.try', 'apiKey.rotate', 'tenant.delete', 'tag.set', 'chat.export', 'member.resume', 'tenant.resume'])
    assert.ok(!isRepeatable(path.split('.'), {}), path)
})
