// The budget: how large, how quick, how hungry. Times are medians of five.
import assert from 'node:assert/strict'
import { get } from 'node:http'

import { slowDown } from '../support/browser.mjs'
import { flow } from '../support/flow.mjs'
import { assertWithin, median } from '../support/measure.mjs'
import { until } from '../support/until.mjs'

const most = { read: 100_000, write: 80_000 }
const mostRequests = 6
const api = /^\/(rpc|api|ws|v1|openapi\.json)/

function gzipped(url) {
  return new Promise((resolve, reject) => get(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
    let bytes = 0
    response.on('data', (chunk) => { bytes += chunk.length }).on('end', () => resolve(bytes))
  }).on('error', reject))
}

// What a page has asked for until `there` is in it; what comes later, while it is at rest, keeps nobody waiting.
async function firstLoad(kit, ada, path, there) {
  const { context } = await kit.window(ada, { traced: false })
  const page = await context.newPage()
  await page.addInitScript((selector) => {
    const look = () => {
      if (document.querySelector(selector)) window.askedFor = performance.getEntriesByType('resource').map(({ name }) => name)
      else requestAnimationFrame(look)
    }
    look()
  }, there)
  await page.goto(path)
  const asked = await until(`${there} is there`, () => page.evaluate(() => window.askedFor))
  const urls = [page.url(), ...asked].filter((url) => url.startsWith('http') && !api.test(new URL(url).pathname))
  await context.close()
  const files = []
  for (const url of new Set(urls)) files.push([new URL(url).pathname, await gzipped(url)])
  return { files, total: files.reduce((sum, [, bytes]) => sum + bytes, 0) }
}

flow('20: what is needed to read is 100 kB at most, in six requests, and to write 80 kB', {}, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo')
  await ada.call('message.append', { chatId: id, messages: [{ role: 'assistant', parts: [{ type: 'text', text: '**Hai**' }] }] })
  const loads = { write: await firstLoad(kit, ada, '/', '[data-testid=composer]'), read: await firstLoad(kit, ada, `/c/${id}`, '[data-testid=answer-text]') }
  for (const [what, { files, total }] of Object.entries(loads)) {
    console.log(files.map(([path, bytes]) => `${(bytes / 1_000).toFixed(1)} kB ${path}`).join('\n'))
    console.log(`first load to ${what}: ${(total / 1_000).toFixed(1)} kB in ${files.length} requests`)
    assert.ok(total <= most[what], `${total} bytes to ${what}`)
    assert.ok(files.length <= mostRequests, `${files.length} requests`)
  }
})

// Milliseconds from the beginning of the navigation until the composer takes text.
async function timeToType(kit, ada, prepare = () => {}) {
  const { context } = await kit.window(ada, { traced: false })
  const page = await context.newPage()
  await page.addInitScript(() => {
    const look = () => {
      const composer = document.querySelector('[data-testid=composer]')
      if (composer && !composer.disabled) requestAnimationFrame(() => { window.interactive = performance.now() })
      else requestAnimationFrame(look)
    }
    look()
  })
  await prepare(page)
  await page.goto('/')
  const time = await until('the composer takes text', () => page.evaluate(() => window.interactive), { within: 20_000 })
  await context.close()
  return time
}

async function medianOf(rounds, measure) {
  const times = []
  for (let round = 0; round < rounds; round += 1) times.push(await measure())
  return median(times)
}

flow('20: the composer takes text in 500 ms, and in 1.5 s on a slow phone', { timeout: 90_000 }, async (kit) => {
  const ada = await kit.owner()
  await timeToType(kit, ada)
  const quick = await medianOf(5, () => timeToType(kit, ada))
  const slow = await medianOf(5, () => timeToType(kit, ada, (page) => slowDown(page)))
  assertWithin('the composer takes text', quick, 500)
  assertWithin('the composer takes text on a slow phone', slow, 1_500)
})

flow('20: the first text is on the page soon after the vendor has said it', { traced: false }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const chat = await (await kit.page(ada)).openChat(id)
  const times = []
  for (let round = 1; round <= 5; round += 1) {
    await chat.send(`Hai ${round}`)
    const answer = await kit.vendor.answer()
    await until('the question is there', async () => (await chat.questions.count()) === round)
    await chat.page.evaluate((wanted) => {
      window.firstText = new Promise((resolve) => {
        const look = () => {
          const texts = document.querySelectorAll('[data-testid=answer-text]')
          if (texts.length >= wanted && texts[wanted - 1].textContent.includes('pertama')) resolve(performance.timeOrigin + performance.now())
          else requestAnimationFrame(look)
        }
        look()
      })
    }, round)
    const said = Date.now()
    answer.say('pertama ')
    times.push((await chat.page.evaluate(() => window.firstText)) - said)
    answer.finish()
    await chat.untilState('complete')
  }
  console.log(`first text after ${times.map((time) => time.toFixed()).join(' ')} ms`)
  assertWithin('the first text, through vendor, server and page', median(times), 100)
})

flow('20: the memory of many turns and chats is given back', { timeout: 120_000, traced: false }, async (kit) => {
  const ada = await kit.owner()
  const ids = []
  for (let number = 0; number < 10; number += 1) {
    const { id } = await ada.newChat('openai/echo', { title: `Chat ${number}` })
    const messages = Array.from({ length: 40 }, (_, index) => ({
      role: index % 2 ? 'assistant' : 'user', parts: [{ type: 'text', text: `**Mesej** ${index} `.repeat(20) }],
    }))
    await ada.call('message.append', { chatId: id, messages })
    ids.push(id)
  }
  const chat = await (await kit.page(ada)).openChat(ids[0])
  const session = await chat.page.context().newCDPSession(chat.page)
  const heap = async () => {
    for (let time = 0; time < 3; time += 1) await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize
  }
  const round = async () => {
    for (const id of ids) {
      await chat.chatItem(id).click()
      await until('its messages', async () => (await chat.messages.count()) >= 40 && chat.page.url().includes(id))
    }
    await chat.send('Hai')
    await until('its answer', async () => (await chat.state()) === 'complete')
  }

  await round()
  await round()
  const before = await heap()
  for (let time = 0; time < 4; time += 1) await round()
  const after = await heap()
  console.log(`heap: ${(before / 1e6).toFixed(1)} MB, after four more rounds ${(after / 1e6).toFixed(1)} MB`)
  assert.ok(after < 80e6, `${after} bytes`)
  assert.ok(after < before + 6e6, `grew by ${after - before} bytes`)
})
