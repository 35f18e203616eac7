// What goes wrong is said in the user's language, with what to do.
import assert from 'node:assert/strict'

import { flow } from '../support/flow.mjs'
import { plain } from '../support/pages.mjs'
import { until, untilSame } from '../support/until.mjs'

const noise = [/Failed to load resource/]

async function failing(kit, model, { locale, ...more } = {}) {
  const ada = await kit.owner()
  const { id } = await ada.newChat(`openai/${model}`, more)
  const chat = await (await kit.page(ada, locale ? { locale } : {})).openChat(id)
  return { ada, id, chat }
}

// The words in which the page says what went wrong: at the end of an answer, or where a message waits that was refused.
async function faultShown(chat, { within = 10_000 } = {}) {
  const note = chat.page.locator('[data-testid=end-note], [data-testid=outbox-item] [role=alert]').last()
  await note.waitFor({ timeout: within })
  const text = plain(await note.innerText())
  assert.ok(text.length > 20, `says what to do: ${text}`)
  assert.doesNotMatch(text, /undefined|\[object|null|errc|_|\{\w*\}/)
  return text
}

const vendors = {
  'busy, 429': { model: 'busy', errc: 'rate_limited' },
  'broken, 500': { model: 'broken', errc: 'unavailable' },
  'without money': { model: 'spent', errc: 'quota_exceeded' },
  'not sure who asks, 401': { model: 'locked', errc: 'unauthenticated' },
  'overwhelmed, 413': { model: 'narrow', errc: 'payload_too_large' },
  'cut off in the middle': { model: 'cut', errc: 'unavailable' },
  'silent': { model: 'silent', errc: 'deadline_exceeded', variables: { SAMBUNG_UPSTREAM_SILENCE: '1', SAMBUNG_UPSTREAM_TIME: '2' } },
}

for (const [name, { model, errc, variables }] of Object.entries(vendors)) {
  flow(`15: the vendor is ${name}`, { noise, variables }, async (kit) => {
    const { ada, id, chat } = await failing(kit, model)
    await chat.send('Hai')
    const text = await faultShown(chat)
    console.log(`${errc}: ${text}`)
    assert.doesNotMatch(text, /signed in|your quota/i, 'what the vendor says is not said of the user')
    await untilSame('the reason', errc, async () => (await ada.lastMessage(id)).reason)
  })
}

flow('15: the vendor refuses by its filter', { noise }, async (kit) => {
  const { chat, ada, id } = await failing(kit, 'refuses')
  await chat.send('Hai')
  await until('it is stored', async () => (await ada.lastMessage(id)).finishReason === 'content_filter')
  await chat.get('end-note').filter({ hasText: /held back/i }).waitFor()
})

flow('15: a quota is reached', { noise }, async (kit) => {
  const { chat, ada } = await failing(kit, 'echo')
  await chat.send('Hai')
  await chat.untilState('complete')
  await ada.call('quota.set', { subject: 'tenant', period: 'day', measure: 'tokens', limit: 1 })
  await chat.send('Lagi')
  await faultShown(chat)
})

flow('15: a message is too large', { noise }, async (kit) => {
  const { chat } = await failing(kit, 'echo')
  // Chromium takes minutes to type so many lines; what is pasted comes as quickly as this.
  await chat.composer.evaluate((area) => {
    area.value = 'Satu baris biasa.\n'.repeat(65_000)
    area.dispatchEvent(new Event('input', { bubbles: true }))
  })
  await chat.get('send').click()
  const said = chat.page.locator('form', { has: chat.composer }).getByRole('alert')
  await said.filter({ hasText: /too much for one message/ }).waitFor()
  assert.ok(await chat.composer.evaluate((area) => area.value.length > 1_000_000), 'what was written stays')
  await chat.untilConnection('online')
})

flow('15: a picture for a model that sees none', { noise }, async (kit) => {
  const { chat } = await failing(kit, 'gpt-3.5-turbo')
  await chat.attach('titik.png', 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')
  await chat.send('Apa ini?')
  await faultShown(chat)
})

for (const [language, locale] of Object.entries({ ms: 'ms-MY', id: 'id-ID' })) {
  flow(`15: the same in ${language}`, { noise }, async (kit) => {
    const { chat } = await failing(kit, 'busy', { locale })
    await chat.send('Hai')
    const text = await faultShown(chat)
    assert.doesNotMatch(text, /\b(the|again|please|provider is)\b/i)
  })
}
