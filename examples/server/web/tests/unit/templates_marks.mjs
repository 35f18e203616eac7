// A text of a prompt in pieces, and where its faults are.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { load } from './load.mjs'

const { marked, offsetOf, undeclared } = await load('src/templates/marks.ts')

const fault = (line, column) => ({ path: 'messages[0].text', line, column, message: '' })
const kinds = (text, faults = []) => marked(text, faults).map((mark) => [mark.kind, mark.text])

describe('Marks of a text', () => {
  it('tell variables from what decides and includes', () => {
    assert.deepEqual(kinds('Hi {{ name }}{{#if x}}{{> other@2}}{{else}}{{/if}}'), [
      ['text', 'Hi '], ['variable', '{{ name }}'], ['word', '{{#if x}}'], ['word', '{{> other@2}}'], ['word', '{{else}}'], ['word', '{{/if}}'],
    ])
  })

  it('leave two braces that are written so alone', () => {
    assert.deepEqual(kinds('\\{{name}}').filter(([kind]) => kind !== 'text'), [])
  })

  it('take faults before anything else', () => {
    assert.deepEqual(kinds('a {{b}} c', [fault(1, 3)]), [['text', 'a '], ['fault', '{{b}}'], ['text', ' c']])
  })

  it('are, one behind the other, the text', () => {
    const texts = ['', '\n', '{{a}}{{', 'x {{#if a}}\n🍵 {{b}} {{c\n}}', '}} {{{{a}}}}']
    for (const text of texts)
      for (const faults of [[], [fault(1, 1)], [fault(2, 3), fault(1, 1), fault(9, 9), fault(0, 0)]])
        assert.equal(marked(text, faults).map((mark) => mark.text).join(''), text)
  })

  it('find lines and columns by characters, not by units', () => {
    assert.equal(offsetOf('a\n🍵b', 2, 2), 4)
    assert.equal(offsetOf('a', 5, 1), 1)
  })
})

describe('Names that nobody has declared', () => {
  it('are found once each, without built-in ones', () => {
    assert.deepEqual(undeclared(['{{a}} {{#if b}}{{else}}{{/if}} {{today}} \\{{c}}', '{{ a }} {{d}}'], ['d']), ['a', 'b'])
  })
})
