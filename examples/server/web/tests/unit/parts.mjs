import assert from 'node:assert/strict'
import { test } from 'node:test'

import { load } from './load.mjs'

const { captionPart, lostSteps, stepsOf, textOf } = await load('src/chat/parts.ts')

const text = (said) => ({ type: 'text', text: said })
const call = (id) => ({ type: 'tool_call', id, name: 'look', arguments: '{}' })

test('a call and its result are one step, wherever the result stands', () => {
  const result = { type: 'tool_result', callId: 'b', text: 'found', isError: false }
  const steps = stepsOf([call('a'), call('b'), text('so'), result])

  assert.deepEqual(steps.map(({ kind }) => kind), ['tool', 'tool', 'text'])
  assert.equal(steps[0].result, null)
  assert.deepEqual(steps[1].result, { text: 'found', isError: false })
})

test('a picture has the description that was sent with it', () => {
  const picture = { type: 'image', url: 'data:image/png;base64,AA==' }
  const steps = stepsOf([picture, captionPart('a [small] cat'), picture, text('What is it?')])

  assert.deepEqual(steps.map(({ kind }) => kind), ['image', 'image', 'text'])
  assert.equal(steps[0].caption, 'a [small) cat')
  assert.equal(steps[1].caption, '')
})

test('a result without its call, and parts of kinds to come, are passed over', () => {
  assert.deepEqual(stepsOf([{ type: 'tool_result', callId: 'gone', text: '', isError: false }, { type: 'hologram' }, text('x')]), [
    { kind: 'text', text: 'x' },
  ])
})

test('the text of a message is its text parts alone', () => {
  assert.equal(textOf([{ type: 'reasoning', text: 'hm' }, text('a'), call('t'), text('b')]), 'ab')
})

test('a call that is asked about is shown, though the answer was lost before it was stored', () => {
  const asked = ['a', 'b'].map((callId) => ({ callId, tool: 'order', arguments: '{"a":1}' }))

  assert.deepEqual(lostSteps(asked, stepsOf([call('a'), text('so')])), [
    { kind: 'tool', id: 'b', name: 'order', arguments: '{"a":1}', result: null },
  ])
})
