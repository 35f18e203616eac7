// The server gets a new page while the old one is open: its files are gone.
import assert from 'node:assert/strict'

import { flow } from '../support/flow.mjs'
import { until } from '../support/until.mjs'

flow('18: the page says that there is a new one, and a reload keeps the draft', { noise: [/status of 404/, /dynamically imported module/, /Failed to load/] }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo')
  const chat = await (await kit.page(ada)).openChat(id)
  const { page } = chat
  await chat.composer.fill('belum dihantar')
  await until('the draft is kept', async () => (await chat.keptText()).includes('belum dihantar'))
  let gone = 0
  await page.route(/\/assets\//, (route) => {
    gone += 1
    return route.fulfill({ status: 404, contentType: 'application/json', body: '{"json":{}}' })
  })

  await page.evaluate(() => {
    history.pushState(null, '', '/templates')
    dispatchEvent(new PopStateEvent('popstate'))
  })
  const notice = chat.get('page-notice')
  await notice.waitFor()
  assert.ok(gone > 0, 'a part of the page was asked for')

  await page.unroute(/\/assets\//)
  await notice.getByRole('button').first().click()
  await until('the page is there', async () => (await page.locator('h1').count()) === 1 && (await chat.get('page-notice').count()) === 0)
  await chat.openChat(id)
  await until('the draft is back', async () => (await chat.composer.inputValue()) === 'belum dihantar')
})
