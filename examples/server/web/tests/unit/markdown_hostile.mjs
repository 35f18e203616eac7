// An answer may be written by someone who means harm: nothing of it becomes more than text, links and pictures of our own,
// and no answer is slow.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { corpus } from '../support/corpus.mjs'
import { colours, drawWhole, mathReady, startDrawing } from '../support/drawing.mjs'
import { hostileTexts } from '../support/hostile_texts.mjs'
import { below, isText } from '../support/tiny_dom.mjs'

const elements = new Set(
  `a blockquote br button code del div em figcaption figure h3 h4 h5 h6 hr img input li math ol p pre span strong sub sup table tbody td th
  thead tr ul mi mn mo mrow mtext mspace msup msub msubsup mfrac msqrt mroot mstyle mpadded mtable mtr mtd mover munder munderover semantics
  mphantom menclose`.split(/\s+/),
)
const attributes = new Set(
  `alt aria-label aria-live aria-pressed checked class data-host decoding dir disabled href loading rel role scope src start tabindex target
  title type display displaystyle scriptlevel mathvariant width height depth lspace rspace voffset stretchy fence form separator columnalign
  rowspacing accent movablelimits linethickness minsize maxsize mathcolor mathbackground mathsize symmetric largeop linebreak`.split(/\s+/),
)
const deepest = 80

function assertHarmless(root) {
  const stack = [[root, 0]]
  while (stack.length > 0) {
    const [node, depth] = stack.pop()
    assert.ok(depth < deepest, 'the tree is not deep')
    for (const child of node.childNodes) {
      if (isText(child)) continue
      assert.ok(elements.has(child.localName), `<${child.localName}>`)
      for (const [name, value] of child.attributes) assertAttribute(child, name, value)
      for (const value of Object.values(child.style)) assert.doesNotMatch(value, /url|fixed|expression/i)
      stack.push([child, depth + 1])
    }
  }
}

function assertAttribute(node, name, value) {
  assert.ok(attributes.has(name), `${node.localName}[${name}]`)
  if (name === 'href') {
    assert.match(value, /^(?:https?:\/\/[^/]|mailto:)/)
    assert.equal(node.getAttribute('rel'), 'noopener noreferrer nofollow')
  }
  if (name === 'src') assert.match(value, /^(?:https:\/\/sambung\.example\/|data:image\/(?:png|jpeg|gif|webp|avif);base64,)/)
  if (name === 'class') assert.match(value, /^[\w -]+$/)
}

const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}]/u

for (const [name, text] of corpus('hostile')) {
  test(`${name} is harmless`, async () => {
    const coloured = { ready: colours, load: async () => colours }

    const root = drawWhole(text, { math: mathReady, coloured })
    await new Promise(setImmediate)

    assertHarmless(root)
    for (const node of below(root)) if (isText(node)) assert.doesNotMatch(node.data, unseen)
  })
}

test('a picture of another host is a link that names it', () => {
  const root = drawWhole('![chart](https://canary.invalid/a.png?d=secret)')

  const [link] = [...below(root)].filter((node) => node.localName === 'a')
  assert.equal(link.textContent, 'chart (image from canary.invalid)')
  assert.equal([...below(root)].some((node) => node.localName === 'img'), false)
})

test('a link whose text names another host shows the one it leads to', () => {
  assert.match(drawWhole('[https://bank.example](https://canary.invalid/)').textContent, /canary\.invalid/)
})

function timeOf(text) {
  const { drawing, frame, waiting } = startDrawing()
  const begun = process.cpuUsage()
  drawing.append(text)
  drawing.finish()
  while (waiting.length > 0) frame()
  const used = process.cpuUsage(begun)
  return (used.user + used.system) / 1000
}

// Twice the length may cost twice the time; the bar leaves room for the machine's noise.
for (const [name, make] of Object.entries(hostileTexts)) {
  test(`${name}: time is linear, the tree harmless`, () => {
    assertHarmless(drawWhole(make(10_000)))
    const small = make(20_000)
    const large = make(80_000)
    timeOf(small)

    const ratio = Math.min(...[0, 1].map(() => timeOf(large) / Math.max(timeOf(small), 4)))

    assert.ok(ratio < 10, `four times the length took ${ratio.toFixed(1)} times as long`)
  })
}

test('a line of a megabyte is drawn in frames, none of which is long', () => {
  const { drawing, frame, waiting } = startDrawing({ clock: () => performance.now() })
  let longest = 0
  drawing.append('word *and* [link](https://a.example) '.repeat(28_000))
  drawing.finish()

  while (waiting.length > 0) {
    const begun = process.cpuUsage()
    frame()
    longest = Math.max(longest, process.cpuUsage(begun).user / 1000)
  }

  assert.ok(longest < 50, `a frame took ${longest} ms`)
})
