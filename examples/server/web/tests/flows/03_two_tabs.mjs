// Two tabs of one person: both see every change, neither overwrites the other's.
import assert from 'node:assert/strict'

import { flow, flowOnBoth } from '../support/flow.mjs'
import { ChatPage } from '../support/pages.mjs'
import { until, untilSame } from '../support/until.mjs'

const soon = { within: 1_500 }

async function twoTabs(kit, account, id) {
  const { context } = await kit.window(account)
  return Promise.all([1, 2].map(async () => new ChatPage(await context.newPage()).openChat(id)))
}

flowOnBoth('3: what one tab sends both read', {}, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const [one, other] = await twoTabs(kit, ada, id)

  await one.send('Hai')
  const answer = await kit.vendor.answer()
  answer.say('satu ')
  await one.untilAnswer('satu', soon)
  // Two servers hear of each other every 15 seconds until there is a broker between them.
  const heard = kit.server.servers ? { within: 25_000 } : soon
  await other.untilAnswer('satu', heard)
  answer.say('dua').finish()

  for (const tab of [one, other]) {
    await tab.untilAnswer('satu dua', heard)
    await tab.untilState('complete', heard)
    assert.deepEqual(await tab.transcript(), [['user', 'Hai'], ['assistant', 'satu dua']])
  }
})

flow('3: renamed, pinned, made and deleted in one, seen in the other', {}, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo', { title: 'Lama' })
  const { id: second } = await ada.newChat('openai/echo', { title: 'Kedua' })
  const [one, other] = await twoTabs(kit, ada, id)
  const titles = (tab) => async () => (await tab.chatTitles()).sort()
  for (const tab of [one, other]) await untilSame('the list', ['Kedua', 'Lama'], titles(tab), soon)

  await one.rename(id, 'Baharu')
  for (const tab of [one, other]) await untilSame('the list', ['Baharu', 'Kedua'], titles(tab), soon)
  await until('the heading follows', async () => (await other.heading()) === 'Baharu', soon)

  await one.deleteChat(second)
  for (const tab of [one, other]) await untilSame('the list', ['Baharu'], titles(tab), soon)
  const { items } = await ada.call('chat.getAll')
  assert.deepEqual(items.map(({ title }) => title), ['Baharu'])
})

flow('3: a title that somebody else has changed meanwhile is offered, not lost', { noise: [/status of 409/] }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo', { title: 'Lama' })
  const [one] = await twoTabs(kit, ada, id)

  const field = await one.beginRename(id)
  await field.fill('Milik saya')
  await ada.call('chat.update', { id, revision: 1, title: 'Milik orang' })
  await field.press('Enter')

  await until('both titles are shown', async () => {
    const shown = await one.page.locator('body').innerText()
    const typed = await one.page.locator('input, textarea').evaluateAll((all) => all.map((field) => field.value).join(' '))
    return /Milik orang/.test(shown + typed) && /Milik saya/.test(shown + typed)
  })
  assert.equal((await ada.call('chat.getById', { id })).title, 'Milik orang')
})
