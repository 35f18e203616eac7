// The colours of code can be read on its ground, in both schemes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const style = (name) => readFileSync(new URL(`../../src/styles/${name}.css`, import.meta.url), 'utf8')

// `which` of the two that light-dark() has.
function colours(text, pattern, which) {
  const pairs = new RegExp(`(--${pattern}):\\s*light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`, 'g')
  return [...text.matchAll(pairs)].map(([, name, ...values]) => [name, values[which]])
}

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

for (const [which, scheme] of ['light', 'dark'].entries()) {
  test(`${scheme}: every colour of code has a contrast of 4.5`, () => {
    const [[, ground]] = colours(style('tokens'), 'code-bg', which)
    const names = colours(style('code_colours'), 'syn-[a-z]+', which)

    assert.equal(names.length, 8)
    for (const [name, value] of names) assert.ok(contrast(value, ground) >= 4.5, `${name}: ${contrast(value, ground).toFixed(2)}`)
  })
}
