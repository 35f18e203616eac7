// What is sent of a prompt that is being written; finding one; a trial as a table.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { load } from './load.mjs'

const { contentOf, isSame, tidy } = await load('src/templates/content.ts')
const { asksByItself, newContent, newVariable } = await load('src/templates/shape.ts')
const { foundByCommand, foundByWords } = await load('src/templates/prompt_search.ts')
const { trialGrid } = await load('src/templates/trial_grid.ts')

describe('Content on its way to the server', () => {
  it('has of a variable only what its type has', () => {
    const content = newContent()
    content.variables = [{ ...newVariable('a'), type: 'choice', min: 1, maxLength: 4, choices: ['x', ''] }]

    assert.deepEqual(tidy(content).variables, [{ name: 'a', type: 'choice', required: true, choices: ['x'] }])
  })

  it('says nothing of what is left open', () => {
    const sent = tidy({ ...newContent(), examples: [{ name: 'e', values: {}, expect: { contains: '', equals: null, schema: null } }] })

    assert.deepEqual(sent.config, {})
    assert.deepEqual(sent.examples, [{ name: 'e', values: {} }])
  })

  it('keeps what a default can be: no, and nought', () => {
    const content = newContent()
    content.variables = [{ ...newVariable('a'), type: 'boolean', default: false }, { ...newVariable('b'), type: 'integer', default: 0 }]

    assert.deepEqual(tidy(content).variables.map((one) => one.default), [false, 0])
  })

  it('is a copy that may be changed', () => {
    const version = { ...newContent(), id: 'x', number: 3 }
    const copy = contentOf(version)
    assert.ok(isSame(copy, version))

    copy.messages[0].text = 'changed'

    assert.equal(version.messages[0].text, '')
    assert.ok(!isSame(copy, version))
    assert.ok(!('number' in copy))
  })

  it("asks by itself when it ends with a user's text", () => {
    const user = { role: 'user', text: 'x', placeholder: null }
    const place = { role: 'user', text: '', placeholder: 'history' }

    assert.ok(asksByItself({ messages: [user] }))
    assert.ok(!asksByItself({ messages: [user, place] }))
    assert.ok(!asksByItself({ messages: [{ ...user, role: 'system' }] }))
  })
})

describe('Finding a prompt', () => {
  const prompts = [
    { name: 'Terjemah', description: 'ke bahasa lain', category: '', command: 'tr-long' },
    { name: 'Translate', description: 'into Malay', category: 'Languages', command: 'tr' },
    { name: 'Sum up', description: 'in three lines', category: '', command: null },
  ]

  it('by its command has the exact one first', () => {
    assert.deepEqual(foundByCommand(prompts, '/tr').map((one) => one.command), ['tr', 'tr-long'])
    assert.deepEqual(foundByCommand(prompts, '/x'), [])
  })

  it('by words wants every one of them', () => {
    assert.deepEqual(foundByWords(prompts, ' MALAY trans').map((one) => one.name), ['Translate'])
    assert.equal(foundByWords(prompts, '').length, 3)
  })
})

describe('A trial as a table', () => {
  it('has a row for an example and a column for a version', () => {
    const answer = (version, example) => ({ version, example, text: `${version} ${example}` })
    const grid = trialGrid([answer(1, 'a'), answer(1, 'b'), answer(null, 'a')])

    assert.deepEqual(grid.versions, [1, null])
    assert.deepEqual(grid.rows.map((row) => row.answers.map((one) => one?.text ?? null)), [['1 a', 'null a'], ['1 b', null]])
  })
})
