// Answers of whoever wishes the reader ill: nothing runs, nothing leaves the machine, the page stays quick.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'

import { canaryHost } from '../support/browser.mjs'
import { filesBelow } from '../support/files.mjs'
import { flow } from '../support/flow.mjs'
import { until } from '../support/until.mjs'

const folder = new URL('../corpus/hostile/', import.meta.url)
const corpus = existsSync(folder) ? filesBelow(folder, /\.md$/) : []
// Those that no file should hold.
const large = [
  { path: 'a line of a megabyte', text: 'a'.repeat(900_000) },
  { path: '10,000 nested quotes', text: `${'>'.repeat(10_000)} x` },
  { path: '10,000 nested lists', text: `${'- '.repeat(10_000)}x` },
  { path: '10,000 stars', text: `${'*'.repeat(10_000)}x${'*'.repeat(10_000)}` },
  { path: '10,000 brackets', text: `${'['.repeat(10_000)}x${']('.repeat(5_000)}` },
]
const answers = [...corpus, ...large]

// What an answer may be drawn as; whatever else is there is a fault.
const allowed = {
  elements: `p br hr em strong del b i u s a img code pre span div blockquote ul ol li h1 h2 h3 h4 h5 h6 table thead tbody tr th td input button
    section details summary bdi sup sub mark label svg path use figure figcaption
    math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle mpadded mphantom menclose
    merror semantics annotation mprescripts mmultiscripts none`.split(/\s+/),
  protocols: ['http:', 'https:', 'mailto:'],
}

const look = ({ elements, protocols }) => {
  const faults = []
  for (const root of document.querySelectorAll('[data-testid=answer-text]')) {
    for (const one of root.querySelectorAll('*')) {
      if (!elements.includes(one.localName)) faults.push(`<${one.localName}>`)
      for (const { name, value } of one.attributes) {
        if (/^on|^srcdoc$|^formaction$|^style$/i.test(name)) faults.push(`${one.localName} ${name}=${value.slice(0, 60)}`)
      }
      if (one.localName === 'a' && one.href && !protocols.includes(new URL(one.href, location.href).protocol)) faults.push(`a href=${one.href.slice(0, 80)}`)
      if (one.localName === 'a' && one.href && new URL(one.href, location.href).origin !== location.origin && !/noopener/.test(one.rel)) faults.push(`a without rel ${one.href.slice(0, 80)}`)
      if (one.localName === 'img' && !/^data:image\/|^blob:/.test(one.src) && new URL(one.src, location.href).origin !== location.origin) faults.push(`img src=${one.src.slice(0, 80)}`)
      if (one.localName === 'input' && one.type !== 'checkbox') faults.push(`input ${one.type}`)
    }
  }
  for (const name of Object.keys(window)) if (/pwn|xss|hacked|owned/i.test(name)) faults.push(`window.${name}`)
  return faults
}

// Images of our own origin are shown, where there are some.
const ofMissingImages = [/status of 40[145]/]

const batches = []
for (let at = 0; at < answers.length; at += 13) batches.push(answers.slice(at, at + 13))

for (const [index, batch] of batches.entries()) {
  flow(`10: hostile answers, part ${index + 1}`, { noise: ofMissingImages, timeout: 90_000 }, async (kit) => {
    const ada = await kit.owner()
    const { id } = await ada.newChat('openai/echo')
    const fits = batch.filter(({ text }) => text.trim() !== '')
    for (const { text } of fits) {
      const messages = [{ role: 'user', parts: [{ type: 'text', text: 'Hai' }] }, { role: 'assistant', parts: [{ type: 'text', text }] }]
      await ada.call('message.append', { chatId: id, messages })
    }
    const chat = await kit.page(ada)
    const asked = []
    chat.page.on('request', (request) => asked.push(request.url()))
    chat.page.on('dialog', (dialog) => asked.push(`dialog ${dialog.message()}`) && dialog.dismiss())
    chat.page.on('popup', (popup) => asked.push(`popup ${popup.url()}`))

    await chat.openChat(id)
    await until('all are drawn', async () => (await chat.answers.count()) === fits.length, { within: 30_000 })
    await untilQuick(chat)
    for (const answer of await chat.answers.all()) await answer.scrollIntoViewIfNeeded()
    await untilQuick(chat)

    assert.deepEqual(await chat.page.evaluate(look, allowed), [])
    assert.deepEqual(asked.filter((url) => url.includes(canaryHost) || !url.startsWith(kit.server.url)), [])
    assert.equal(new URL(chat.page.url()).pathname, `/c/${id}`)
    const begin = Date.now()
    await chat.composer.fill('masih hidup')
    assert.ok(Date.now() - begin < 1_000, 'the composer takes text at once')
  })
}

// Until the page answers within a tenth of a second.
const untilQuick = (chat) => until('the page is quick', async () => {
  const begin = performance.now()
  await chat.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  return performance.now() - begin < 100
}, { within: 15_000 })

flow('10: a hostile answer while it streams', { noise: ofMissingImages, timeout: 90_000 }, async (kit) => {
  const chosen = answers.filter(({ text }) => text.trim() !== '' && text.length < 20_000).filter((_, index) => index % 6 === 0)
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/scripted')
  const chat = await (await kit.page(ada)).openChat(id)
  for (const [index, { path, text }] of chosen.entries()) {
    kit.vendor.script(text)
    await chat.send(`Hai ${index}`)
    await until(`an answer to ${path}`, async () => (await chat.answers.count()) === index + 1 && (await chat.state()) === 'complete')
    assert.deepEqual(await chat.page.evaluate(look, allowed), [], path)
  }
})
