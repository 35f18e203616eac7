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

// The reference server has no tools, so what is asked about them and said is the test's; all else is the server's.
async function askedAbout(chat, question) {
  const decided = []
  await chat.page.route('**/rpc/message/getPendingTools', async (route) => {
    const json = { items: decided.length > 0 ? [] : [question()], nextCursor: null }
    await route.fulfill({ json: { json, meta: [[1, 'items', 0, 'until']].slice(decided.length) } })
  })
  await chat.page.route('**/rpc/message/decideTool', async (route) => {
    decided.push(route.request().postDataJSON().json)
    await route.fulfill({ json: { json: {} } })
  })
  return decided
}

flow('5: a question about a tool outlives the server, and what is allowed then is asked for again', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const proxy = await kit.proxy({ upgrade: 'refuse' }) // what goes by requests can be answered here
  const chat = await (await kit.page(ada, { url: proxy.url })).openChat(id)
  await chat.send('Pesan sepuluh')
  const answer = await kit.vendor.answer()
  answer.say('Baik. ')
  await chat.untilAnswer('Baik.')
  await until('the text is stored', async () => /Baik/.test(textOf(await ada.lastMessage(id))))
  answer.call('call-1', 'order', { count: 10 })
  const { id: messageId } = await ada.lastMessage(id)
  const decided = await askedAbout(chat, () =>
    ({ messageId, callId: 'call-1', tool: 'order', arguments: '{"count":10}', isCut: false, until: new Date(Date.now() + 600_000).toISOString() }))

  await kit.server.kill()
  await kit.server.start()
  const question = chat.page.getByRole('group', { name: 'May the model use “order”?' })
  await question.waitFor({ timeout: 20_000 })
  assert.match(await chat.lastAnswer.innerText(), /"count": 10/, 'what it would be given')
  assert.match(await question.innerText(), /The server stopped while it waited/)
  await question.getByRole('button', { name: 'Allow once' }).click()

  const again = await kit.vendor.answer()
  again.say('Sudah dipesan.').finish()
  await chat.untilAnswer('Sudah dipesan.')
  assert.deepEqual(decided, [{ messageId, callId: 'call-1', verdict: 'once' }])
  assert.equal(await question.count(), 0)
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
