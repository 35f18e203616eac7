// The network goes away and comes back.
import assert from 'node:assert/strict'
import { setTimeout as later } from 'node:timers/promises'

import { textOf } from '../support/accounts.mjs'
import { connectionNoise } from '../support/browser.mjs'
import { flow, flowOnBoth } from '../support/flow.mjs'
import { ChatPage } from '../support/pages.mjs'
import { chances, seed } from '../support/random.mjs'
import { until } from '../support/until.mjs'

const noise = connectionNoise

// The browser knows that it has no network, and what was open breaks.
async function unplug(context, proxy) {
  await context.setOffline(true)
  proxy.cut()
}

async function behindProxy(kit, account) {
  const proxy = await kit.proxy()
  const { context } = await kit.window(account, { url: proxy.url })
  return { proxy, context, chat: new ChatPage(await context.newPage()) }
}

flowOnBoth('4: offline while an answer comes, it is complete when the network is back', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const { proxy, context, chat } = await behindProxy(kit, ada)
  await chat.openChat(id)
  await chat.send('Hai')
  const answer = await kit.vendor.answer()
  answer.say('satu ')
  await chat.untilAnswer('satu')

  await unplug(context, proxy)
  await chat.untilConnection('offline')
  answer.say('dua ', 'tiga').finish()
  await until('the answer is stored', async () => (await ada.lastMessage(id)).state === 'complete')
  assert.equal(await chat.answerText(), 'satu')
  await context.setOffline(false)

  await chat.untilAnswer('satu dua tiga')
  await chat.untilState('complete')
  await chat.untilConnection('online')
  assert.equal(kit.vendor.asked('slow'), 1)
})

flow('4: what is sent without a network waits, over a closed tab, and is stored once', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo')
  const { proxy, context, chat } = await behindProxy(kit, ada)
  await chat.openChat(id)

  await unplug(context, proxy)
  await chat.send('Simpan ini')
  await chat.page.getByText('Simpan ini').first().waitFor()
  assert.deepEqual(await ada.messages(id), [])
  await chat.page.close()
  await context.setOffline(false)

  const again = await new ChatPage(await context.newPage()).openChat(id)
  await again.untilAnswer('You said: Simpan ini')
  await again.untilState('complete')
  const stored = await ada.messages(id)
  assert.deepEqual(stored.map(({ role }) => role), ['user', 'assistant'])
  assert.equal(textOf(stored[0]), 'Simpan ini')
  assert.equal(await again.questions.count(), 1)
  assert.equal(kit.vendor.asked('echo'), 1)
})

flow('4: what is sent without a network goes by itself when it is back', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo')
  const { proxy, context, chat } = await behindProxy(kit, ada)
  await chat.openChat(id)

  await unplug(context, proxy)
  await chat.send('Nanti')
  await context.setOffline(false)

  await chat.untilAnswer('You said: Nanti', { within: 20_000 })
  assert.equal((await ada.messages(id)).length, 2)
})

const final = ['complete', 'incomplete']

flow('4: killed again and again while messages are on their way: nothing is lost, nothing comes twice', { noise, timeout: 180_000 }, async (kit) => {
  console.log(`SAMBUNG_SEED=${seed}`)
  const chance = chances()
  const ada = await kit.owner()
  const { context } = await kit.window(ada)
  const tabs = []
  for (let at = 0; at < 3; at += 1) {
    const { id } = await ada.newChat('openai/echo')
    tabs.push({ id, chat: await new ChatPage(await context.newPage()).openChat(id), said: [] })
  }

  for (let round = 0; round < 5; round += 1) {
    for (const tab of tabs) tab.said.push(`Pesan ${round}`)
    const sending = Promise.all(tabs.map(({ chat }) => chat.send(`Pesan ${round}`)))
    await later(chance() * 300)
    await kit.server.kill()
    await sending
    await kit.server.start()
    await tabs[round % 3].chat.page.reload() // which takes what the others have not sent as well
    for (const { id, chat } of tabs) {
      await until(`message ${round} is stored`, async () => (await ada.messages(id)).length === 2 * (round + 1), { within: 30_000 })
      await until('its answer has ended', async () => final.includes((await ada.lastMessage(id)).state), { within: 15_000 })
      await until('nothing waits', async () => (await chat.get('outbox-item').count()) === 0)
      await chat.untilConnection('online')
    }
  }

  for (const { id, chat, said } of tabs) {
    const stored = await ada.messages(id)
    assert.deepEqual(stored.filter(({ role }) => role === 'user').map(textOf), said)
    await until('the page shows them', async () => (await chat.questions.count()) === said.length)
  }
})

flow('4: what was typed is there after a reload', {}, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo')
  const { id: other } = await ada.newChat('openai/echo')
  const chat = await (await kit.page(ada)).openChat(id)

  await chat.composer.fill('belum siap')
  await until('the draft is kept', async () => (await chat.keptText()).includes('belum siap'))
  await chat.page.reload()
  await until('the draft is back', async () => (await chat.composer.inputValue()) === 'belum siap')
  await chat.openChat(other)
  assert.equal(await chat.composer.inputValue(), '')
  await chat.openChat(id)
  await until('the draft is back', async () => (await chat.composer.inputValue()) === 'belum siap')
})
