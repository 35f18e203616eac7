// An answer does not depend on who reads it, or how often.
import assert from 'node:assert/strict'

import { flowOnBoth } from '../support/flow.mjs'
import { plain } from '../support/pages.mjs'
import { chances, seed } from '../support/random.mjs'
import { until } from '../support/until.mjs'
import { longText } from '../support/vendor.mjs'

flowOnBoth('2: an answer goes on over ten reloads at random moments', { timeout: 120_000 }, async (kit) => {
  console.log(`SAMBUNG_SEED=${seed}`)
  const random = chances()
  const wanted = plain(longText(kit.vendor.pace.words))
  const moments = Array.from({ length: 10 }, () => 1 + Math.floor(random() * wanted.length * 0.8)).sort((a, b) => a - b)
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/steady')
  const chat = await (await kit.page(ada)).openChat(id)

  await chat.send('Cerita panjang')
  for (const moment of moments) {
    await chat.untilAnswerBegins(moment, { within: 30_000 })
    const before = (await chat.answerText()).length
    await chat.page.reload()
    const first = await until('the answer is there again', () => chat.answerText())
    assert.ok(first.length >= before, `${first.length} characters after a reload, ${before} before`)
    assert.ok(wanted.startsWith(first), 'the beginning of the answer')
  }
  await chat.untilAnswer(wanted, { within: 30_000 })
  await chat.untilState('complete')

  assert.deepEqual((await ada.messages(id)).map(({ role, state }) => [role, state]), [['user', 'complete'], ['assistant', 'complete']])
  assert.equal(kit.vendor.asked('steady'), 1)
})

flowOnBoth('2: another device reads the same answer while it is written', {}, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const here = await (await kit.page(ada)).openChat(id)
  await here.send('Hai')
  const answer = await kit.vendor.answer()
  answer.say('satu ', 'dua ')
  await here.untilAnswer('satu dua')

  const there = await (await kit.page(ada)).openChat(id)
  await there.untilAnswer('satu dua')
  answer.say('tiga ', 'empat').finish()

  for (const one of [here, there]) {
    await one.untilAnswer('satu dua tiga empat')
    await one.untilState('complete')
  }
  assert.equal(kit.vendor.asked('slow'), 1)
})
