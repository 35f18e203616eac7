// Calls that are kept by chat, models by provider, and what a model reads.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { load } from './load.mjs'

const { mostChats, readCalls, withCall } = await load('src/chat_settings/kept_calls.ts')
const { groupsOf, matching, nameOf, providerOf } = await load('src/chat_settings/model_groups.ts')
const { isSameUse, wireUse } = await load('src/chat_settings/setup.ts')
const { sharesOf, textOfParts } = await load('src/context/report.ts')

describe('Settings of calls', () => {
  it('come back as they were kept', () => {
    const calls = withCall([], 'a', { temperature: 0, tools: [], maxSteps: 3 })

    assert.deepEqual(readCalls(JSON.stringify(calls)), calls)
  })

  it('are those of so many chats, the last ones', () => {
    let calls = []
    for (let chat = 0; chat < mostChats + 5; ++chat) calls = withCall(calls, String(chat), { topP: 0.5 })

    assert.equal(calls.length, mostChats)
    assert.equal(calls[0][0], '5')
  })

  it('are let go when nothing is said any more', () => {
    assert.deepEqual(withCall(withCall([], 'a', { topP: 0.5 }), 'a', {}), [])
  })

  it('are believed only as far as they fit', () => {
    const read = readCalls('[["a", {"temperature": 9, "topP": "x", "maxTokens": 10, "tools": [1, "t"], "other": 1}], 3, ["b"]]')

    assert.deepEqual(read, [['a', { maxTokens: 10, tools: ['t'] }], ['b', {}]])
    assert.deepEqual(readCalls('{"not": "a list"}'), [])
    assert.deepEqual(readCalls('broken'), [])
  })
})

describe('Models', () => {
  const models = [{ id: 'openai/gpt-5' }, { id: 'openrouter/qwen/qwen3' }, { id: 'openai/gpt-5-mini' }]
  const providers = [
    { name: 'openai', state: 'healthy', error: null, hint: null },
    { name: 'ollama', state: 'failing', error: 'unavailable', hint: 'start it' },
  ]

  it('stand under their providers, with those that fail', () => {
    const groups = groupsOf(models, providers)

    assert.deepEqual(groups.map((group) => [group.provider, group.models.length, group.isFailing]), [
      ['openai', 2, false], ['openrouter', 1, false], ['ollama', 0, true],
    ])
    assert.equal(groups[2].hint, 'start it')
  })

  it('are found by every word', () => {
    const found = matching(groupsOf(models, providers), 'GPT mini')

    assert.deepEqual(found.flatMap((group) => group.models).map((model) => model.id), ['openai/gpt-5-mini'])
  })

  it('have names behind the first slash', () => {
    assert.equal(providerOf('openrouter/qwen/qwen3'), 'openrouter')
    assert.equal(nameOf('openrouter/qwen/qwen3'), 'qwen/qwen3')
  })
})

describe('The prompt of a chat', () => {
  it('follows a label or stays with a version', () => {
    const use = { id: 'p', version: 2, label: 'production', values: {}, followLabel: false }

    assert.equal(wireUse(use).version, 2)
    assert.ok(!('version' in wireUse({ ...use, followLabel: true })))
    assert.ok(isSameUse(null, null))
    assert.ok(!isSameUse(use, null))
  })
})

describe('What a model reads', () => {
  it('is summed by what it is, without what was left out', () => {
    const block = (place, tokens, state = 'included') => ({ place, tokens, state })
    const shares = sharesOf([block('main', 5), block('history', 7), block('history', 90, 'dropped'), block('prompts', 3), block('question', 2)])

    assert.deepEqual(shares, [
      { share: 'instructions', tokens: 5 }, { share: 'kept', tokens: 3 }, { share: 'history', tokens: 7 }, { share: 'question', tokens: 2 },
    ])
  })

  it('is text, whatever its parts are', () => {
    const parts = [{ type: 'text', text: 'a' }, { type: 'tool_call', name: 'stock', arguments: '{}' }, { type: 'file', name: 'b.pdf' }]

    assert.equal(textOfParts(parts), 'a\nstock({})\nb.pdf')
  })
})
