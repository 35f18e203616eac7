// Contrast of the colours (WCAG 1.4.3 and 1.4.11), computed from the style sheets that define them, in both schemes.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'

import { filesBelow } from '../support/files.mjs'

const styles = new URL('../../src/styles/', import.meta.url)
const read = (name) => {
  const file = new URL(name, styles)
  return existsSync(file) ? readFileSync(file, 'utf8').replace(/\/\*.*?\*\//gs, '').replaceAll("'", '"') : ''
}

// The custom properties of the rules whose selector is this one.
function properties(css, selector) {
  const found = {}
  const rules = new RegExp(`(?:^|[{}])\\s*${selector.replace(/[[\]().:"]/g, '\\$&')}\\s*\\{([^{}]*)\\}`, 'g')
  for (const [, body] of css.matchAll(rules))
    for (const [, name, value] of body.matchAll(/--([\w-]+):\s*([^;]+);/g)) found[name] = value.trim()
  return found
}

const css = ['tokens.css', 'code_colours.css'].map(read).join('\n')
const all = properties(css.replace(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, ''), ':root')
const pair = /light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/i

// The colours of one scheme: 1 is the light one, 2 the dark one.
const of = (which) => Object.fromEntries(Object.entries(all).map(([name, value]) => [name, pair.exec(value)?.[which] ?? value]))
const light = of(1)
const schemes = { light, dark: of(2) }

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one, other) {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

const grounds = ['bg', 'surface', 'surface-raised', 'surface-sunken', 'surface-hover', 'surface-chosen']
const texts = [
  ...['text', 'text-soft'].flatMap((text) => [...grounds, 'accent-soft', 'code-bg', 'bubble'].map((ground) => [text, ground])),
  ...['accent', 'danger', 'warning', 'success'].flatMap((text) => ['bg', 'surface', 'surface-raised'].map((ground) => [text, ground])),
  ...['danger', 'warning', 'success', 'accent'].map((text) => [text, `${text}-soft`]),
  ...['danger', 'warning', 'success', 'accent'].map((of) => ['text', `${of}-soft`]),
  ['on-accent', 'accent'], ['on-accent', 'accent-hover'], ['on-danger', 'danger'],
  ...Object.keys(light).filter((name) => name.startsWith('syn-')).map((name) => [name, 'code-bg']),
]
const controls = ['border-strong', 'focus', 'accent'].flatMap((edge) => ['bg', 'surface', 'surface-raised'].map((ground) => [edge, ground]))

const tooLow = (colours, pairs, least) => pairs
  .map(([text, ground]) => [text, ground, contrast(colours[text], colours[ground])])
  .filter(([, , found]) => !(found >= least))
  .map(([text, ground, found]) => `--${text} on --${ground}: ${found.toFixed(2)}`)

for (const [name, colours] of Object.entries(schemes)) {
  describe(`the ${name} colours`, () => {
    test('are there, as #rrggbb', () => {
      for (const one of new Set([...texts, ...controls].flat())) assert.match(colours[one] ?? 'missing', /^#[0-9a-f]{6}$/i, `--${one}`)
    })
    test('are 4.5:1 at least where one is text on the other', () => assert.deepEqual(tooLow(colours, texts, 4.5), []))
    test('are 3:1 at least where one is the edge of a control', () => assert.deepEqual(tooLow(colours, controls, 3), []))
  })
}

test('the system chooses the scheme, and a person may', () => {
  assert.match(css, /:root \{\s*color-scheme: light dark;/)
  for (const scheme of ['light', 'dark']) assert.match(css, new RegExp(`:root\\[data-theme="${scheme}"\\] \\{\\s*color-scheme: ${scheme};`))
})

test('no other style sheet and no component has a colour of its own', () => {
  const coloured = /#[0-9a-f]{3,8}\b(?![^{]*\{)|\b(?:rgb|hsl|oklch|lab)a?\(/i
  const faults = filesBelow(new URL('../../src/', import.meta.url), /\.(svelte|css)$/)
    .filter(({ path }) => !/styles\/(tokens|prose)\.css$/.test(path))
    .filter(({ path, text }) => coloured.test(path.endsWith('.css') ? text : [...text.matchAll(/<style[^>]*>(.*?)<\/style>/gs)].map(([, body]) => body).join('')))
    .map(({ path }) => path)
  assert.deepEqual(faults, [])
})
