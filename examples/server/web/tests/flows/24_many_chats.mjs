// A folder with very many chats, and as many in none: one scrolls to the end, and what is far away costs nothing.
import assert from 'node:assert/strict'

import { connectionNoise } from '../support/browser.mjs'
import { flow } from '../support/flow.mjs'
import { until } from '../support/until.mjs'

const count = 600
const mostRows = 250 // drawn, however many have been read

async function seed(account, { folderId }) {
  const ids = []
  let begun = 0
  const make = async () => {
    while (begun < count) {
      begun += 1
      ids.push((await account.newChat('openai/echo', { title: `Chat ${begun}` })).id)
    }
  }
  await Promise.all(Array.from({ length: 8 }, make))
  if (folderId) for (const id of ids) await account.call('chat.updateFolder', { id, folderId })
}

const toEnd = (page) => page.getByTestId('chat-list').evaluate((list) => list.scrollTo(0, list.scrollHeight))
const focusedLine = (page) => page.evaluate(() => document.activeElement?.getAttribute('aria-posinset'))
const toTop = (page) => page.getByTestId('chat-list').evaluate((list) => list.scrollTo(0, 0))

// The newest chat stands first, the oldest last.
async function scrollThrough(chat, oldest) {
  const { page } = chat
  await until('the oldest chat is there', async () => {
    await toEnd(page)
    return (await chat.chatItem(oldest).count()) > 0
  }, { within: 60_000 })
  assert.equal(await page.getByText('Show more').count(), 0)
  assert.ok((await chat.chatItems.count()) < mostRows, `${await chat.chatItems.count()} rows are drawn`)
}

// Of what is listed by pages the last one.
async function lastOf(account, procedure, input) {
  let cursor, last
  do {
    const page = await account.call(procedure, { ...input, limit: 200, ...(cursor ? { cursor } : {}) })
    last = page.items.at(-1)
    cursor = page.nextCursor
  } while (cursor)
  return last.id
}

flow('24: a folder of very many chats is scrolled through, and walked through by keys', { timeout: 180_000, traced: false }, async (kit) => {
  const ada = await kit.owner()
  const { id: folderId } = await ada.call('folder.create', { name: 'Kerja' })
  await seed(ada, { folderId })
  const chat = await (await kit.page(ada)).open('/')
  const { page } = chat
  const folder = chat.get('folder-item')
  await folder.click()
  await scrollThrough(chat, await lastOf(ada, 'chat.getChatsByFolder', { folderId }))

  await toTop(page)
  await folder.focus()
  await chat.keyboard.press('End')
  await until('the focus is on the last', async () => (await focusedLine(page)) === `${count}`)
  await chat.keyboard.press('ArrowUp')
  assert.equal(await focusedLine(page), `${count - 1}`)
  await toTop(page)
  await until('the first are drawn', async () => (await page.locator('[aria-level="2"][aria-posinset="1"]').count()) > 0)
  assert.equal(await focusedLine(page), `${count - 1}`, 'the focus stays with what is scrolled away')
  await chat.keyboard.press('Home')
  await until('the focus is on the folder', () => folder.evaluate((one) => one === document.activeElement))
  for (let step = 0; step < 60; step += 1) await chat.keyboard.press('ArrowDown')
  assert.equal(await focusedLine(page), '60')
})

flow('24: very many chats in no folder are scrolled through', { timeout: 180_000, traced: false }, async (kit) => {
  const ada = await kit.owner()
  await seed(ada, {})
  const chat = await (await kit.page(ada)).open('/')
  const { page } = chat
  await chat.chatItems.first().waitFor()
  await scrollThrough(chat, await lastOf(ada, 'chat.getAll', {}))

  const link = chat.chatItems.last().getByRole('link')
  await link.focus()
  await toTop(page)
  await until('the first are drawn', async () => (await chat.chatItems.first().boundingBox())?.y > 0)
  assert.ok(await link.evaluate((one) => one === document.activeElement), 'the focus stays with what is scrolled away')
  const { items } = await ada.call('chat.getAll', { limit: 1 })
  await chat.rename(items[0].id, 'Baharu')
  await until('its new name', async () => (await chat.chatTitles())[0] === 'Baharu')
})

flow('24: the keyboard goes on with the first of the chats that have come', { traced: false, noise: [...connectionNoise, /status of [45]/] }, async (kit) => {
  const ada = await kit.owner()
  const { id: folderId } = await ada.call('folder.create', { name: 'Kerja' })
  for (let made = 0; made < 60; made += 1) {
    const { id } = await ada.newChat('openai/echo', { title: `Chat ${made}` })
    await ada.call('chat.updateFolder', { id, folderId })
  }
  const proxy = await kit.proxy({ upgrade: 'refuse' })
  const chat = await (await kit.page(ada, { url: proxy.url })).open('/')
  const { page } = chat
  const fault = { defined: true, code: 'INTERNAL_SERVER_ERROR', status: 500, message: 'no', data: { errc: 'internal' } }
  await page.route(/getChatsByFolder/, async (route) => {
    if (route.request().postData().includes('cursor')) await route.fulfill({ status: 500, json: { json: fault } })
    else await route.continue()
  })
  await chat.get('folder-item').click()
  const again = page.getByRole('treeitem', { name: 'Try again' })
  await until('it can be tried again', async () => {
    await toEnd(page)
    return again.isVisible()
  })
  await chat.get('folder-item').focus()
  await chat.keyboard.press('End')
  await until('the focus is on the end', async () => (await focusedLine(page)) === '51')
  await page.unroute(/getChatsByFolder/)
  await chat.keyboard.press('Enter')
  await page.locator('[aria-level="2"][aria-posinset="60"]').waitFor()
  await until('the first new one has the focus', async () => (await focusedLine(page)) === '51' && (await again.count()) === 0)
})
