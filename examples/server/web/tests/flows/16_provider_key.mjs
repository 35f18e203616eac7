// A provider's key goes in and never comes out.
import assert from 'node:assert/strict'

import { flow } from '../support/flow.mjs'
import { ChatPage } from '../support/pages.mjs'
import { until } from '../support/until.mjs'

const first = 'sk-pertama-0123456789abcdef-WXYZ'
const second = 'sk-kedua-fedcba9876543210-QRST'

flow('16: a key is saved and rotated, and never shown again', {}, async (kit) => {
  const ada = await kit.owner()
  const { context } = await kit.window(ada, { traced: false })
  const chat = new ChatPage(await context.newPage())
  const { page } = chat
  const answers = []
  page.on('response', async (response) => answers.push(await response.text().catch(() => '')))
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => answers.push(`${payload}`)))

  await page.goto('/settings/keys')
  const form = chat.get('key-form')
  await page.getByRole('heading', { level: 1 }).waitFor()
  if (!(await form.isVisible())) await page.getByRole('button', { name: /add|new/i }).first().click()
  await form.locator('select').selectOption('openai')
  await form.locator('[type=password]').fill(first)
  await form.locator('[type=submit]').click()
  const item = chat.get('key-item')
  await item.getByText('WXYZ').waitFor()
  await nowhere(first)

  const { items: [saved] } = await ada.call('apiKey.getAll')
  await item.getByRole('button').first().click()
  await chat.chooseFromMenu(/rotate|replace|new key/i)
  const rotation = chat.get('key-rotate')
  await rotation.locator('[type=password]').fill(second)
  await rotation.locator('[type=submit]').click()
  await item.getByText('QRST').waitFor()
  await nowhere(first, second)
  assert.ok((await ada.call('apiKey.getAll')).items[0].revision > saved.revision)

  // It is what the vendor is asked with.
  const { id } = await ada.newChat('openai/echo')
  await ada.call('message.create', { chatId: id, text: 'hai' })
  assert.equal(kit.vendor.requests.at(-1).authorization, `Bearer ${second}`)
  await page.reload()
  await item.getByText('QRST').waitFor()
  await nowhere(first, second)

  async function nowhere(...keys) {
    await until('the field is empty', () => page.evaluate(() => [...document.querySelectorAll('input')].every(({ value }) => !value.startsWith('sk-'))))
    const places = {
      DOM: await page.content(), storage: await chat.keptText(), responses: answers.join('\n'), log: kit.server.log, address: page.url(),
    }
    for (const [place, text] of Object.entries(places)) for (const key of keys) assert.ok(!text.includes(key), `the key is in ${place}`)
  }
})
