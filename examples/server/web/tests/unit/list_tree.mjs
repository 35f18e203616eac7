// Folders as a tree: what is seen of it, where keys lead, and what may be put where; days; the order of single reads.
import assert from 'node:assert/strict'
import test from 'node:test'

import { load } from './load.mjs'

const { FolderTree, top } = await load('src/list/folder_tree.ts')
const { treeLines, stepFrom, lineNamed } = await load('src/list/tree_lines.ts')
const { byDay, spanOf } = await load('src/list/days.ts')
const { OneByOne } = await load('src/list/one_by_one.ts')

const folder = (id, parentId = top, position = 0) => ({ id, parentId, name: id, position, revision: 1 })
const tree = new FolderTree([folder('b', top, 1), folder('a', top, 0), folder('a1', 'a'), folder('a2', 'a', 1), folder('deep', 'a1')])
const nothing = { chats: [], isReading: false, hasMore: false }
const linesWith = (open, contents = {}) => treeLines(tree, (id) => open.includes(id), (id) => contents[id] ?? nothing)

test('closed folders show nothing of what is in them', () => {
  assert.deepEqual(linesWith([]).map((line) => line.key), ['a', 'b'])
})

test('an open folder is followed by its folders and then its chats', () => {
  const contents = { a: { chats: [{ id: 'c' }], isReading: false, hasMore: true, hasFailed: false } }
  const lines = linesWith(['a'], contents)
  assert.deepEqual(lines.map((line) => [line.key, line.level]), [['a', 1], ['a1', 2], ['a2', 2], ['c', 2], ['more a', 2], ['b', 1]])
  assert.deepEqual(lines.slice(1, 5).map((line) => [line.position, line.size]), [[1, 4], [2, 4], [3, 4], [4, 4]])
})

test('a folder with nothing in it says so, or that it is being read', () => {
  assert.equal(linesWith(['b'])[2].kind, 'empty')
  assert.equal(linesWith(['b'], { b: { ...nothing, isReading: true } })[2].kind, 'reading')
})

test('keys lead as the tree pattern says', () => {
  const lines = linesWith(['a', 'b'])
  const leads = (key, from) => stepFrom(lines, key, from)?.key
  assert.equal(leads('ArrowDown', 'a'), 'a1')
  assert.equal(leads('ArrowUp', 'a1'), 'a')
  assert.equal(leads('ArrowRight', 'a'), 'a1')
  assert.equal(leads('ArrowRight', 'b'), undefined, 'what is empty is not entered')
  assert.equal(leads('ArrowLeft', 'a2'), 'a')
  assert.equal(leads('Home', 'b'), 'a')
  assert.equal(leads('End', 'a'), 'b')
  assert.equal(lineNamed(lines, 'A', 'a1', (line) => line.key).key, 'a2')
})

test('a folder goes neither into itself nor deeper than eight', () => {
  assert.equal(tree.mayHold('deep', 'a'), false)
  assert.equal(tree.mayHold('b', 'a'), true)
  const chain = Array.from({ length: 8 }, (_, at) => folder(`f${at}`, at === 0 ? top : `f${at - 1}`))
  const deep = new FolderTree([...chain, folder('two'), folder('inner', 'two')])
  assert.equal(deep.mayHold('f6', 'inner'), true)
  assert.equal(deep.mayHold('f6', 'two'), false)
  assert.equal(deep.mayHold('f7', 'inner'), false)
})

test('folders that are in one another, or whose parent is unknown, end', () => {
  const odd = new FolderTree([folder('x', 'y'), folder('y', 'x'), folder('z', 'gone')])
  assert.deepEqual(odd.flat().map((line) => line.folder.id), ['z'])
  assert.equal(odd.path('x').length, 8)
})

test('days are those of the calendar', () => {
  const now = new Date(2026, 2, 10, 0, 5)
  const spans = [new Date(2026, 2, 10, 0, 1), new Date(2026, 2, 9, 23, 59), new Date(2026, 2, 3, 0, 0), new Date(2026, 2, 2, 23, 59)]
  assert.deepEqual(spans.map((at) => spanOf(at, now)), ['today', 'yesterday', 'week', 'older'])
  assert.deepEqual(byDay([{ activeAt: spans[1] }, { activeAt: spans[3] }], now).map((day) => day.span), ['yesterday', 'older'])
})

test('a row that changes while it is read is read once more, and not twice at once', async () => {
  const ends = []
  let reads = 0
  const single = new OneByOne(() => ((reads += 1), new Promise((resolve) => ends.push(resolve))), () => assert.fail())
  single.want('a')
  single.want('a')
  single.want('a')
  assert.equal(reads, 1)
  ends.shift()()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(reads, 2)
})

test('very many changes are one reading of the lists', () => {
  let overflows = 0
  const single = new OneByOne(() => new Promise(() => {}), () => (overflows += 1), 1, 10)
  for (let at = 0; at < 12; at += 1) single.want(`row${at}`)
  assert.equal(overflows, 1)
})
