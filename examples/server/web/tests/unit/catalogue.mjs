// Every text stands there in every language, says something, and uses what it is given.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { loadSvelte, page, pretendBrowser } from '../support/load_svelte.mjs'

pretendBrowser()
const folder = join(page, 'src/i18n')
const files = readdirSync(folder).filter((name) => /=\s*catalogue\(/.test(readFileSync(join(folder, name), 'utf8')))

// A catalogue has getters; whatever else a module exports has not.
const isCatalogue = (value) =>
  typeof value === 'object' && value !== null && Object.values(Object.getOwnPropertyDescriptors(value)).some((one) => one.get)

// What a text makes of what it is given: numbers, or texts.
function written(text) {
  if (typeof text === 'string') return text
  for (const values of [[3, 4, 5, 6], ['⟦3⟧', '⟦4⟧', '⟦5⟧', '⟦6⟧']]) {
    try {
      return String(text(...values))
    } catch {
      // takes another kind
    }
  }
  return null
}

const used = (text) => [...new Set(text.match(/[3-6]/g) ?? [])].sort()

for (const file of files) {
  describe(file, async () => {
    const { languages, spoken, ...all } = await loadSvelte('src/i18n/language.svelte.ts', `src/i18n/${file}`)
    for (const [name, texts] of Object.entries(all).filter(([, value]) => isCatalogue(value))) {
      for (const key of Object.keys(texts)) {
        test(`${name}.${key}`, () => {
          const found = languages.map((language) => {
            spoken.current = language
            return { language, kind: typeof texts[key], text: written(texts[key]) }
          })
          const [english] = found
          for (const { language, kind, text } of found) {
            assert.equal(kind, english.kind, language)
            if (text === null) continue
            assert.notEqual(text.trim(), '', language)
            assert.equal(text, text.trim(), `${language}: nothing around it`)
            if (kind === 'function') assert.deepEqual(used(text), used(english.text), language)
          }
          const [, malay, indonesian] = found
          if (english.text && english.text.length > 24 && english.text.includes(' '))
            for (const other of [malay, indonesian]) assert.notEqual(other.text, english.text, other.language)
        })
      }
    }
  })
}

test('every errc of the server has a text', async () => {
  const header = readFileSync(join(page, '../../../include/sambung/core/error.hpp'), 'utf8')
  const names = [.../enum class errc \{(.*?)\}/s.exec(header)[1].matchAll(/^\s*(\w+),/gm)].map(([, name]) => name)
  const { errorTexts, explain } = await loadSvelte('src/i18n/errors.ts')
  assert.ok(names.length >= 16)
  for (const name of [...names, 'offline']) assert.ok(errorTexts[name], name)
  const fault = (code, retryAfterMs = null) => ({ code, message: 'in English', retryAfterMs, issues: [] })
  assert.equal(explain(fault('never heard of')), errorTexts.internal)
  assert.match(explain(fault('rate_limited', 20_000)), /20/)
  assert.ok(!explain(fault('conflict')).includes('in English'))
})
