// Stop is not leaving, and a second message waits for its turn.
import assert from 'node:assert/strict'

import { textOf } from '../support/accounts.mjs'
import { flow } from '../support/flow.mjs'
import { until } from '../support/until.mjs'

async function begun(kit) {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const chat = await (await kit.page(ada)).openChat(id)
  await chat.send('Hai')
  const answer = await kit.vendor.answer()
  answer.say('satu ', 'dua ')
  await chat.untilAnswer('satu dua')
  return { ada, id, chat, answer }
}

flow('7: stop keeps what is there, and the vendor is left', {}, async (kit) => {
  const { ada, id, chat, answer } = await begun(kit)

  await chat.get('stop').click()

  await chat.untilState('cancelled')
  await until('nobody listens to the vendor', () => answer.isLeft)
  const stored = (await ada.messages(id)).at(-1)
  assert.deepEqual([stored.state, textOf(stored).trim()], ['cancelled', 'satu dua'])
  assert.equal(await chat.answerText(), 'satu dua')
  await chat.get('stop').waitFor({ state: 'detached' })
})

flow('7: an answer that was stopped goes on where it was stopped', {}, async (kit) => {
  const { ada, id, chat } = await begun(kit)
  await chat.get('stop').click()
  await chat.untilState('cancelled')

  await chat.get('continue').click()
  const rest = await kit.vendor.answer()
  assert.match(JSON.stringify(rest.request.messages), /satu dua/, 'the vendor reads what had come')
  rest.say('tiga').finish()

  await chat.untilAnswer('satu dua tiga')
  await chat.untilState('complete')
  assert.equal(textOf(await ada.lastMessage(id)), 'satu dua tiga')
})

flow('7: leaving is not stopping', {}, async (kit) => {
  const { ada, id, chat, answer } = await begun(kit)
  const { id: other } = await ada.newChat('openai/echo', { title: 'Lain' })

  await until('the other chat is in the list', async () => (await chat.chatTitles()).includes('Lain'))
  await chat.chatItem(other).click()
  await until('it is open', async () => (await chat.messages.count()) === 0)
  answer.say('tiga ')
  await chat.chatItem(id).click()
  await chat.untilAnswer('satu dua tiga')
  answer.say('empat').finish()

  await chat.untilAnswer('satu dua tiga empat')
  await chat.untilState('complete')
})

flow('7: a second message waits for the answer before it', {}, async (kit) => {
  const { ada, id, chat, answer } = await begun(kit)

  await chat.composer.fill('Kedua')
  await chat.composer.press('Enter')
  await chat.get('queued').waitFor()
  assert.equal((await ada.messages(id)).length, 2, 'it waits')
  answer.say('tiga').finish()

  const next = await kit.vendor.answer()
  assert.equal(next.request.messages.at(-1).content, 'Kedua')
  next.say('empat').finish()
  await chat.untilAnswer('empat')
  assert.deepEqual((await ada.messages(id)).map(textOf), ['Hai', 'satu dua tiga', 'Kedua', 'empat'])
})

flow('7: another model answers from then on', {}, async (kit) => {
  const { ada, id, chat, answer } = await begun(kit)
  answer.finish()
  await chat.untilState('complete')

  await chat.pickModel('echo')
  await chat.send('Siapa?')

  await chat.untilAnswer('You said: Siapa?')
  assert.equal((await ada.lastMessage(id)).model, 'openai/echo')
  await until('the chat has it', async () => (await ada.call('chat.getById', { id })).model === 'openai/echo')
})
