import assert from 'node:assert/strict'
import { test } from 'node:test'

import { load } from './load.mjs'

const { Tree } = await load('src/chat/tree.ts')

const message = (id, parentId, revision = 1, more = {}) => ({ id, parentId, revision, state: 'complete', parts: [], ...more })
const ids = (messages) => messages.map(({ id }) => id)

// A seeded source of chance, so that a failure can be had again.
function chance(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
}

function shuffled(items, random) {
  const left = [...items]
  return items.map(() => left.splice(Math.floor(random() * left.length), 1)[0])
}

test('a path goes from the oldest that is known to the leaf', () => {
  const tree = new Tree()
  tree.putPath([message('c', 'b'), message('b', 'a'), message('a', null)])

  assert.deepEqual(ids(tree.pathTo('c')), ['a', 'b', 'c'])
  assert.deepEqual(ids(tree.pathTo('b')), ['a', 'b'])
  assert.deepEqual(tree.pathTo(null), [])
  assert.deepEqual(tree.pathTo('nobody'), [])
})

test('a path whose beginning is not read tells what comes before it', () => {
  const tree = new Tree()
  tree.putPath([message('d', 'c'), message('c', 'b')])
  const path = tree.pathTo('d')

  assert.deepEqual(ids(path), ['c', 'd'])
  assert.equal(tree.aboveOf(path[0]), 'b')
})

test('a damaged message that the server leaves out does not cut the path', () => {
  const tree = new Tree()
  tree.putPath([message('d', 'damaged'), message('b', 'a'), message('a', null)])

  assert.deepEqual(ids(tree.pathTo('d')), ['a', 'b', 'd'])
})

test('whatever order revisions come in, the newest stays', () => {
  const seed = Date.now()
  const random = chance(seed)
  const parents = { a: null, b: 'a', c: 'b', b2: 'a', c2: 'b2' }
  const versions = Object.entries(parents).flatMap(([id, parent]) => [1, 2, 3, 4].map((n) => message(id, parent, n, { text: n })))
  for (let round = 0; round < 200; round++) {
    const tree = new Tree()
    for (const one of shuffled([...versions, ...versions], random)) tree.put(one)

    for (const id of Object.keys(parents)) assert.equal(tree.get(id).text, 4, `seed ${seed}`)
    assert.deepEqual(ids(tree.pathTo('c')), ['a', 'b', 'c'], `seed ${seed}`)
    assert.deepEqual(tree.siblings('b2'), ['b', 'b2'], `seed ${seed}`)
  }
})

test('an answer that has ended is not taken back to one that comes', () => {
  const tree = new Tree()
  tree.put(message('a', null, 1, { state: 'streaming' }))
  tree.patch('a', { state: 'complete' })

  assert.equal(tree.put(message('a', null, 2, { state: 'streaming' })), false)
  assert.equal(tree.put(message('a', null, 3, { state: 'complete' })), true)
})

test('a message that was placed by guess goes where the server says', () => {
  const tree = new Tree()
  tree.put(message('a', null))
  tree.put(message('b', 'a'))
  tree.put(message('x', 'a', 0))
  tree.put(message('x', 'b', 1))

  assert.deepEqual(tree.siblings('b'), ['b'])
  assert.deepEqual(ids(tree.pathTo('x')), ['a', 'b', 'x'])
})

test('siblings are those that were read and those that the server told of, oldest first', () => {
  const tree = new Tree()
  tree.put(message('a', null))
  tree.put(message('b3', 'a'))
  tree.putBranches([{ parentId: 'a', messageIds: ['b1', 'b2', 'b3'] }])
  tree.put(message('b4', 'a'))

  assert.deepEqual(tree.siblings('b3'), ['b1', 'b2', 'b3', 'b4'])
})

test('an alternative that was shown leads where it led, one that was not leads nowhere yet', () => {
  const tree = new Tree()
  for (const one of [message('a', null), message('b', 'a'), message('c', 'b'), message('b2', 'a')]) tree.put(one)
  tree.pathTo('c')
  assert.equal(tree.leafBelow('b2'), null)
  tree.pathTo('b2')

  assert.equal(tree.leafBelow('b'), 'c')
  assert.equal(tree.leafBelow('b2'), 'b2')
})

test('parents that go round in a circle end', () => {
  const tree = new Tree()
  tree.put(message('a', 'b'))
  tree.put(message('b', 'a'))

  assert.equal(tree.pathTo('a').length, 2)
})

test('ten thousand messages are one path, quickly', () => {
  const tree = new Tree()
  const id = (n) => String(n).padStart(5, '0')
  for (let n = 0; n < 10_000; n++) tree.put(message(id(n), n ? id(n - 1) : null))
  const before = performance.now()
  assert.equal(tree.pathTo(id(9_999)).length, 10_000)
  assert.ok(performance.now() - before < 250)
})
