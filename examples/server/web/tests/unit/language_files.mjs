// The files of a language that do not come: the page begins in another, and who chooses one is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { loadSvelte, pretendBrowser } from '../support/load_svelte.mjs'

const never = () => new Promise(() => {})
const fails = () => Promise.reject(new TypeError('Failed to fetch'))
const comes = async () => ({ default: {} })
const soon = () => new Promise((resolve) => setTimeout(resolve, 5))

// A file that comes when a test says so.
function held() {
  let come
  const coming = new Promise((resolve) => { come = () => resolve({ default: {} }) })
  return { load: () => coming, come }
}

// A page whose files of texts come as `first` and `more` say; `language` is the one that this browser speaks.
async function opened({ first, more, language = 'ms', within = {} }) {
  const browser = pretendBrowser()
  browser.kept.set('sambung.language', language)
  const page = await loadSvelte(
    'src/i18n/packs.ts', 'src/i18n/first_texts.ts', 'src/i18n/language.svelte.ts', 'src/i18n/within.ts', 'src/api/preferences.ts',
    'src/api/fault.ts', 'src/i18n/errors.ts', 'src/ui/toast.svelte.ts',
  )
  const all = { en: comes, ms: comes, id: comes }
  page.loads.first = { ...all, ...first }
  page.loads.more = { ...all, ...more }
  Object.assign(page.patience, { start: 20, change: 20, part: 20 }, within)
  return { ...page, browser }
}

for (const [how, file] of Object.entries({ 'never comes': never, fails })) {
  test(`a page whose language ${how} begins in another`, async () => {
    const { firstTexts, beginIn, spoken } = await opened({ first: { ms: file } })
    assert.equal(await firstTexts('ms'), 'en')
    beginIn('en')
    assert.equal(spoken.current, 'en')
    assert.equal(document.documentElement.lang, 'en')
  })
}

test('a page begins in no language when none comes', async () => {
  const { firstTexts } = await opened({ first: { en: fails, ms: never, id: fails } })
  await assert.rejects(firstTexts('ms'))
})

test('a page that has begun in another language goes over to its own when that comes', async () => {
  const file = held()
  const { firstTexts, beginIn, spoken } = await opened({ first: { ms: file.load } })
  beginIn(await firstTexts('ms'))
  file.come()
  await soon()
  assert.equal(spoken.current, 'ms')
})

test('whose own language does not come is told so and goes on in the one that is there', async () => {
  const { takeSettings, spoken, toasts, errorTexts } = await opened({ first: { ms: never }, language: 'en' })
  await takeSettings({ language: 'ms' })
  assert.equal(spoken.current, 'en')
  assert.deepEqual(toasts.shown.map(({ text, kind }) => [text, kind]), [[errorTexts.not_loaded, 'fault']])
})

for (const [how, file] of Object.entries({ 'never comes': never, fails })) {
  test(`a language that is chosen and ${how} is a fault that is told, and is not kept`, async () => {
    const { chooseLanguage, spoken, faultOf, browser } = await opened({ first: { id: file } })
    const fault = await chooseLanguage('id').then(() => null, faultOf)
    assert.equal(fault.code, 'not_loaded')
    assert.equal(spoken.current, 'ms')
    assert.equal(browser.kept.get('sambung.language'), 'ms')
  })
}

test('a language that comes after it was given up is not spoken behind one’s back', async () => {
  const file = held()
  const { chooseLanguage, spoken } = await opened({ first: { id: file.load } })
  await assert.rejects(chooseLanguage('id'))
  file.come()
  await soon()
  assert.equal(spoken.current, 'ms')
  await chooseLanguage('id')
  assert.equal(spoken.current, 'id')
})

test('of two languages that are chosen in a hurry the one that does not come is not told of', async () => {
  const { chooseLanguage, spoken } = await opened({ first: { id: never } })
  const earlier = chooseLanguage('id')
  await chooseLanguage('en')
  await earlier
  assert.equal(spoken.current, 'en')
})

test('what is heard of the profile does not undo a choice that is still on its way', async () => {
  const file = held()
  const { chooseLanguage, takeSettings, spoken } = await opened({ first: { id: file.load }, within: { change: 1_000 } })
  const choice = chooseLanguage('id')
  await takeSettings({ language: 'ms' })
  file.come()
  await choice
  assert.equal(spoken.current, 'id')
})

test('a part of the page whose texts do not come is one that could not be loaded', async () => {
  const { withMore } = await opened({ more: { ms: never } })
  await assert.rejects(withMore(Promise.resolve('part')), /not within/)
})
