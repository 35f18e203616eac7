// The variables of a prompt as a form, and back.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { load } from './load.mjs'

const { faultOfEntered, faultsOfEntered, faultsOfIssues, isWanted, toEntered, toValues } = await load('src/templates/variables.ts')

const variable = (name, type, more = {}) => ({
  name, type, label: null, description: null, required: true, default: null, min: null, max: null, choices: [], maxLength: null, ...more,
})
const text = variable('topic', 'text', { maxLength: 4 })
const days = variable('days', 'integer', { min: 1, max: 9, default: 3 })
const share = variable('share', 'number')
const polite = variable('polite', 'boolean', { required: false })
const language = variable('language', 'choice', { choices: ['Malay', 'Tamil'] })
const due = variable('due', 'date', { required: false })
const all = [text, days, share, polite, language, due]

describe('A form of variables', () => {
  it('shows values, else defaults, else nothing', () => {
    const entered = toEntered(all, { topic: 'tea', polite: false })

    assert.deepEqual(entered, { topic: 'tea', days: '3', share: '', polite: false, language: '', due: '' })
  })

  it('gives back what it was made of', () => {
    const values = { topic: 'tea', days: 5, share: 0.25, polite: true, language: 'Tamil', due: '2026-01-31' }

    assert.deepEqual(toValues(all, toEntered(all, values)), values)
    assert.deepEqual(faultsOfEntered(all, toEntered(all, values)), {})
  })

  it('gives nothing for what was left empty, so that defaults stand in', () => {
    assert.deepEqual(toValues(all, { topic: '', days: '', polite: undefined }), {})
  })

  it('gives on what is no number, for the server to refuse', () => {
    assert.deepEqual(toValues([days], { days: 'many' }), { days: 'many' })
  })

  it('wants what is required and has no default', () => {
    assert.deepEqual(all.filter(isWanted).map((one) => one.name), ['topic', 'share', 'language'])
    assert.deepEqual(Object.keys(faultsOfEntered(all, toEntered(all))), ['topic', 'share', 'language'])
  })
})

describe('A fault at a field', () => {
  const cases = [
    [text, 'five!', { kind: 'too_long', limit: 4 }],
    [text, '🍵🍵🍵🍵', null], // four characters of Unicode
    [days, '0', { kind: 'too_small', limit: 1 }],
    [days, '10', { kind: 'too_large', limit: 9 }],
    [days, '2.5', { kind: 'not_whole' }],
    [days, 'many', { kind: 'not_a_number' }],
    [share, '1e400', { kind: 'not_a_number' }],
    [share, '-0.5', null],
    [language, 'Latin', { kind: 'not_a_choice' }],
    [due, '2026-02-30', { kind: 'not_a_day' }],
    [due, '31.1.2026', { kind: 'not_a_day' }],
    [due, '2024-02-29', null],
    [polite, undefined, null],
    [polite, false, null],
  ]
  for (const [of, entered, fault] of cases)
    it(`of ${of.name}: ${entered}`, () => assert.deepEqual(faultOfEntered(of, entered), fault))

  it("comes from the server's issues by name", () => {
    const faults = faultsOfIssues([
      { path: 'values.topic', message: 'missing' },
      { path: 'prompt.values.days', message: 'out_of_range: at most 9' },
      { path: 'values.text', message: 'out_of_range: at most 200 characters' },
      { path: 'values.zz', message: 'unknown' },
      { path: 'values.due', message: 'wrong_type: must be a day such as 2026-01-31' },
      { path: 'name', message: 'missing' },
    ])

    assert.deepEqual(faults, {
      topic: { kind: 'missing' },
      days: { kind: 'too_large', limit: 9 },
      text: { kind: 'too_long', limit: 200 },
      zz: { kind: 'unknown' },
      due: { kind: 'wrong_type' },
    })
  })
})
