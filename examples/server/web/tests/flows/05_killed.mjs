// The server dies in the middle of an answer.
import assert from 'node:assert/strict'

import { textOf } from '../support/accounts.mjs'
import { connectionNoise } from '../support/browser.mjs'
import { flow, flowOnPair } from '../support/flow.mjs'
import { until } from '../support/until.mjs'

const noise = connectionNoise

async function halfAnAnswer(kit, ada) {
  const { id } = await ada.newChat('openai/slow')
  const chat = await (await kit.page(ada)).openChat(id)
  await chat.send('Hai')
  const answer = await kit.vendor.answer()
  answer.say('satu ', 'dua ', 'tiga ')
  await chat.untilAnswer('satu dua tiga')
  // Until it is stored it is not promised to anybody.
  await until('the text is stored', async () => /tiga/.test(JSON.stringify((await ada.lastMessage(id)).parts)))
  return { id, chat }
}

async function goesOn(kit, ada, id, chat) {
  await chat.untilState('incomplete', { within: 15_000 })
  assert.match(await chat.answerText(), /^satu dua/)
  await chat.send('Lagi')
  const next = await kit.vendor.answer()
  next.say('empat').finish()
  await chat.untilAnswer('empat')
  const stored = await ada.messages(id)
  assert.deepEqual(stored.map(({ state }) => state), ['complete', 'incomplete', 'complete', 'complete'])
}

flow('5: killed while it streams, the page says so and comes back by itself', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { id, chat } = await halfAnAnswer(kit, ada)
  await chat.page.evaluate(() => { window.isTheSamePage = true })

  await kit.server.kill()
  await chat.untilConnection('offline')
  assert.match(await chat.answerText(), /^satu dua tiga/, 'what was read stays')
  await kit.server.start()

  const back = Date.now()
  await chat.untilConnection('online')
  assert.ok(Date.now() - back < 3_000, 'within three seconds')
  await goesOn(kit, ada, id, chat)
  assert.ok(await chat.page.evaluate(() => window.isTheSamePage), 'without a reload')
})

flow('5: an answer that was cut off goes on with what had come', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { id, chat } = await halfAnAnswer(kit, ada)
  await kit.server.kill()
  await kit.server.start()
  await chat.untilState('incomplete', { within: 15_000 })
  const begun = textOf(await ada.lastMessage(id))

  await chat.get('continue').click()
  const rest = await kit.vendor.answer()
  assert.match(JSON.stringify(rest.request.messages), /satu dua/, 'the vendor reads what had come')
  rest.say('empat').finish()

  await chat.untilAnswer(`${begun}empat`)
  await chat.untilState('complete')
  const { id: whole, state, parentId } = await ada.lastMessage(id)
  assert.equal(state, 'complete')
  assert.equal(textOf(await ada.lastMessage(id)), `${begun}empat`)
  const { items } = await ada.call('message.getBranches', { chatId: id, fromDepth: 0, toDepth: 2 })
  const beside = items.find((one) => one.parentId === parentId).messageIds
  assert.equal(beside.length, 2, 'what was cut off is kept beside it')
  assert.ok(beside.includes(whole))
})

flowOnPair('5: one of two servers is killed, the other goes on', { noise }, async (kit) => {
  const [first, second] = kit.server.servers
  await second.stop()
  const ada = await kit.owner()
  const { id, chat } = await halfAnAnswer(kit, ada)
  await second.start()

  await first.kill()

  await goesOn(kit, ada, id, chat)
})
