// 10,000 messages, and an answer of a megabyte: the page stays where its reader is.
import assert from 'node:assert/strict'

import { flow } from '../support/flow.mjs'
import { assertWithin, median } from '../support/measure.mjs'
import { until } from '../support/until.mjs'

async function longChat(ada, count) {
  const { id } = await ada.newChat('openai/flood')
  const paragraph = 'Satu ayat yang biasa, **tebal** dan `kod`, diikuti ayat lain yang sama panjangnya. '.repeat(3)
  for (let at = 0; at < count; at += 1_000) {
    const messages = Array.from({ length: Math.min(1_000, count - at) }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      parts: [{ type: 'text', text: `Mesej ${at + index + 1}. ${paragraph}` }],
    }))
    await ada.call('message.append', { chatId: id, messages })
  }
  return id
}

flow('12: a chat of 10,000 messages opens at its end, and older ones come when they are scrolled to', { timeout: 120_000, traced: false }, async (kit) => {
  const ada = await kit.owner()
  const id = await longChat(ada, 10_000)
  const { id: short } = await ada.newChat('openai/echo', { title: 'Pendek' })
  const chat = await (await kit.page(ada)).openChat(short)
  const { page } = chat

  const times = []
  for (let round = 0; round < 5; round += 1) {
    await chat.chatItem(short).click()
    await until('the short chat', async () => (await chat.messages.count()) === 0)
    times.push(await timeTo(chat, id, 'Mesej 10000.'))
  }
  console.log(`opened in ${times.map((time) => time.toFixed()).join(' ')} ms`)
  assertWithin('the last of 10,000 messages is there', median(times), 300)
  const loaded = await chat.messages.count()
  assert.ok(loaded <= 60, `${loaded} messages are loaded`)

  // The message that is read stays where it is when older ones are put above it.
  const { id: read, top } = await chat.scrollToFirst()
  await until('older ones', async () => (await chat.messages.count()) > loaded)
  await until('what was read is where it was', async () => Math.abs((await chat.topOf(read)) - top) < 2, { within: 3_000 })
  await page.getByText(/^Mesej 9940\./).first().waitFor({ state: 'attached' })
})

// From the click in the list to the frame in which the last message is there, by the page's own clock.
async function timeTo(chat, id, text) {
  await chat.page.evaluate((wanted) => {
    window.shownAfter = new Promise((resolve) => {
      document.addEventListener('click', () => {
        const begin = performance.now()
        const look = () => {
          const last = [...document.querySelectorAll('[data-testid=message]')].at(-1)
          if (last?.textContent.includes(wanted)) requestAnimationFrame(() => resolve(performance.now() - begin))
          else requestAnimationFrame(look)
        }
        look()
      }, { once: true, capture: true })
    })
  }, text)
  await chat.chatItem(id).click()
  return chat.page.evaluate(() => window.shownAfter)
}

flow('12: while a megabyte streams, scrolling up, a selection and typing are left alone', { timeout: 120_000, traced: false }, async (kit) => {
  const ada = await kit.owner()
  const id = await longChat(ada, 100)
  const chat = await (await kit.page(ada)).openChat(id)
  const { page } = chat
  await chat.send('Banjir')
  await until('it has begun', () => kit.vendor.said > 50_000, { within: 20_000 })
  await page.evaluate(() => {
    window.longTasks = []
    new PerformanceObserver((list) => list.getEntries().forEach((one) => window.longTasks.push(one.duration))).observe({ type: 'longtask' })
    window.shifts = 0
    new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shifts += one.value })).observe({ type: 'layout-shift' })
  })

  assert.ok(await chat.isAtEnd(), 'it follows')
  await chat.scrollBy(-3_000)
  const place = await chat.scrollTop()
  await chat.composer.click()
  const typed = 'menaip semasa jawapan datang'
  const begin = Date.now()
  await chat.keyboard.type(typed)
  const taken = (Date.now() - begin) / typed.length
  const words = await chat.selectInView()
  const { said } = kit.vendor
  await until('much more came', () => kit.vendor.said > Math.min(said + 300_000, 990_000), { within: 30_000 })

  assert.equal(await chat.composer.inputValue(), typed)
  assertWithin('a key while a megabyte streams', taken, 50)
  assert.equal(await chat.scrollTop(), place, 'the place is the same')
  assert.equal(await page.evaluate(() => getSelection().toString()), words, 'the selection is the same')
  await chat.untilState('complete', { within: 40_000 })
  const { longTasks, shifts } = await page.evaluate(() => ({ longTasks: window.longTasks, shifts: window.shifts }))
  console.log(`tasks over 50 ms: ${longTasks.map((time) => time.toFixed()).join(' ') || 'none'}; shift ${shifts.toFixed(4)}`)
  longTasks.sort((a, b) => b - a)
  assertWithin('the longest task but three', longTasks[3] ?? 0, 50)
  assert.ok(shifts < 0.01, `the layout shifted by ${shifts}`)
})
