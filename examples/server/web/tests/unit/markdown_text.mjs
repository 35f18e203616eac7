// Links, characters that cannot be seen, and an answer as plain text.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { drawWhole, longestUnfolded, startDrawing } from '../support/drawing.mjs'
import { below, isText, written } from '../support/tiny_dom.mjs'
import { load } from './load.mjs'

const { pictureOf, pretends, targetOf } = await load('src/markdown/links.ts')
const { piecesOf } = await load('src/markdown/characters.ts')
const { firstSentence, plainText } = await load('src/markdown/plain_text.ts')

const codes = (text) => piecesOf(text).flatMap((piece) => (piece.code ? [piece.code] : []))

test('a link leads to http, https or mail, and nowhere else', () => {
  assert.equal(targetOf('https://a.example/x').host, 'a.example')
  assert.equal(targetOf('http://user@a.example:8080/').host, 'a.example:8080')
  assert.equal(targetOf('mailto:a@b.example').host, 'a@b.example')
  for (const href of ['javascript:x', ' javascript:x', 'java\tscript:x', 'data:text/html,x', '/own', '#x', 'mailto:', 'https://', 'x:y', ''])
    assert.equal(targetOf(href), undefined, href)
})

test('a picture is of our own origin, or data that only draws', () => {
  const origin = 'https://sambung.example'
  assert.equal(pictureOf('/f/1.png', origin), 'https://sambung.example/f/1.png')
  assert.ok(pictureOf('data:image/webp;base64,AAAA', origin))
  for (const href of ['//a.example/x', 'https://sambung.example.a.example/', 'http://sambung.example/x', 'data:image/svg+xml;base64,AAAA', 'data:image/png,AAAA'])
    assert.equal(pictureOf(href, origin), undefined, href)
})

test('a text that names another host pretends', () => {
  assert.equal(pretends('https://bank.example/x', 'evil.example'), true)
  assert.equal(pretends('www.a.example', 'a.example'), false)
  assert.equal(pretends('read this', 'a.example'), false)
})

test('characters that turn or hide text are shown, runs of them once', () => {
  assert.deepEqual(codes('a\u202eb'), ['U+202E'])
  assert.deepEqual(codes('a\u200b\u200b\u200bb'), ['U+200B ×3'])
  assert.deepEqual(codes('x\u0000y\u001bz'), ['U+0000', 'U+001B'])
  assert.deepEqual(codes('a\u{e0041}\u{e0042}'), ['U+E0041 ×2'])
  assert.deepEqual(codes('\ud800x'), ['U+D800'])
})

test('characters that writing needs stay', () => {
  for (const text of ['👨‍👩‍👧', '❤️', 'می\u200cخواهم', 'क्\u200dष', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}', 'שלום\u200f!', '\ttab\nline'])
    assert.deepEqual(codes(text), [], text)
})

test('plain text has no marks', () => {
  assert.equal(plainText('# Hi *there*\n\n- a `b`\n- [c](https://d.example)\n\n| x | y |\n|--|--|\n| 1 | 2 |'), 'Hi there\na b\nc\n1, 2')
  assert.equal(firstSentence('Jawapannya **ya**. Kedua.'), 'Jawapannya ya.')
  assert.equal(firstSentence('x'.repeat(500)).length, 201)
})

test('a long answer folds, and unfolds on demand', () => {
  const text = 'A paragraph of some length.\n\n'.repeat(Math.ceil((longestUnfolded * 2) / 28))
  const { root, drawing, settle } = startDrawing()
  drawing.append(text)
  drawing.finish()
  settle()

  const button = root.childNodes.at(-1)
  assert.equal(button.localName, 'button')
  button.listeners.get('click')()
  settle()

  assert.equal(written(root).includes('md-fold'), false)
  assert.equal(root.textContent.length, text.replaceAll('\n', '').length)
})

test('what is drawn stays while the answer grows', () => {
  const { root, drawing, frame } = startDrawing()
  drawing.append('First.\n\n- one\n- two')
  frame()
  const [first, list] = root.childNodes
  const [one] = list.childNodes

  drawing.append(' more\n- three')
  frame()

  assert.equal(root.childNodes[0], first)
  assert.equal(root.childNodes[1], list)
  assert.equal(list.childNodes[0], one)
  assert.equal(list.childNodes.length, 3)
})

test('a text that was replaced by a longer one goes on, by another begins anew', () => {
  const { root, drawing, settle } = startDrawing()
  drawing.append('One two')
  settle()
  drawing.replace('One two *three*')
  settle()
  assert.equal(root.textContent, 'One two three')

  drawing.replace('Four')
  drawing.finish()
  settle()
  assert.equal(root.textContent, 'Four')
})

test('a line that may become something else is not shown before it is clear', () => {
  const { root, drawing, frame } = startDrawing()
  drawing.append('Text\n-')
  frame()
  assert.deepEqual([...below(root)].filter((node) => !isText(node)).map((node) => node.localName), ['p'])
})
