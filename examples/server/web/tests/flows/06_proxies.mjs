// Proxies as they are out there.
import assert from 'node:assert/strict'

import { connectionNoise } from '../support/browser.mjs'
import { flow } from '../support/flow.mjs'
import { plain } from '../support/pages.mjs'
import { until } from '../support/until.mjs'
import { longText } from '../support/vendor.mjs'

const noise = connectionNoise

flow('6: a proxy that refuses sockets: everything works by event streams', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const proxy = await kit.proxy({ upgrade: 'refuse' })
  const chat = await (await kit.page(ada, { url: proxy.url })).openChat(id)

  await chat.send('Hai')
  const answer = await kit.vendor.answer()
  answer.say('satu ')
  await chat.untilAnswer('satu')
  answer.say('dua').finish()
  await chat.untilAnswer('satu dua')
  await chat.untilConnection('online')

  assert.ok(proxy.seen.upgrades >= 1, 'a socket was tried')
  assert.ok(proxy.seen.requests.some((line) => line.startsWith('POST /rpc/message/stream')), 'the fallback was used')
  await ada.call('chat.update', { id, revision: (await ada.call('chat.getById', { id })).revision, title: 'Lewat SSE' })
  await until('events come, too', async () => (await chat.chatTitles()).includes('Lewat SSE'))
})

flow('6: a proxy that cuts every two seconds: the answer is whole', { noise, timeout: 90_000 }, async (kit) => {
  kit.vendor.pace = { words: 400, every: 25 }
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/steady')
  const proxy = await kit.proxy({ cutEvery: 2_000 })
  const chat = await (await kit.page(ada, { url: proxy.url })).openChat(id)

  await chat.send('Cerita')

  await chat.untilAnswer(plain(longText(400)), { within: 40_000 })
  await chat.untilState('complete')
  assert.equal(kit.vendor.asked('steady'), 1)
  assert.equal((await ada.messages(id)).length, 2)
})

flow('6: a proxy that buffers is named, and the answer comes all the same', { noise, timeout: 90_000 }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const proxy = await kit.proxy({ upgrade: 'refuse', buffers: true })
  const chat = await (await kit.page(ada, { url: proxy.url })).openChat(id)

  await chat.send('Hai')
  const answer = await kit.vendor.answer()
  answer.say('satu ')
  await until('the status says that something holds events back', async () => /proxy|buffer/i.test(await chat.status.innerText()), { within: 40_000 })
  answer.say('dua').finish()

  await chat.untilAnswer('satu dua', { within: 20_000 })
})
