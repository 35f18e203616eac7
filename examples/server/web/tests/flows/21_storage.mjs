// What a browser keeps between visits: forbidden, somebody else's, and the same for two tabs.
import assert from 'node:assert/strict'

import { textOf } from '../support/accounts.mjs'
import { flow } from '../support/flow.mjs'
import { ChatPage } from '../support/pages.mjs'
import { until } from '../support/until.mjs'

const forbid = () => {
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
    Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })
}

// It can be opened, and neither read nor written.
const fill = () => {
  const full = () => { throw new DOMException('full', 'QuotaExceededError') }
  Storage.prototype.setItem = full
  IDBObjectStore.prototype.put = full
}

for (const [what, done] of [['forbids all storage', forbid], ['has no room', fill]])
  flow(`21: a browser that ${what} is good enough`, {}, async (kit) => {
    const ada = await kit.owner()
    const { context } = await kit.window(ada)
    await context.addInitScript(done)
    const chat = await new ChatPage(await context.newPage()).open('/')
    const { id } = await ada.newChat('openai/echo')
    await chat.openChat(id)
    await chat.send('Apa khabar')
    await chat.untilAnswer('You said: Apa khabar')
    await chat.untilState('complete')
    assert.equal((await ada.messages(id)).length, 2)
    await chat.signOut()
    await chat.get('sign-in-form').waitFor()
  })

flow('21: who comes after a session that ended unseen finds nothing', { noise: [/status of 40[13]/, /WebSocket connection to /] }, async (kit) => {
  const ada = await kit.owner()
  const bob = await kit.member(ada, 'member')
  const { context } = await kit.window(ada)
  const chat = await new ChatPage(await context.newPage()).open('/')
  await chat.composer.fill('rahsia Ada')
  await until('the draft is kept', async () => (await chat.keptText()).includes('rahsia Ada'))
  await chat.page.close()
  await context.clearCookies()
  await context.addCookies(bob.cookies.map((cookie) => ({ ...cookie, url: kit.server.url })))

  const next = await new ChatPage(await context.newPage()).open('/')
  assert.equal(await next.composer.inputValue(), '')
  assert.ok(!(await next.keptText()).includes('rahsia Ada'))
  await next.composer.fill('milik Bob')
  await until('the draft is kept', async () => (await next.keptText()).includes('milik Bob'))
  await next.page.reload()
  await until('the draft is back', async () => (await next.composer.inputValue()) === 'milik Bob')
})

flow('21: what is queued is sent by one of two tabs, and by none once it is taken back in one', {}, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const { context } = await kit.window(ada)
  const one = await new ChatPage(await context.newPage()).openChat(id)
  for (const [round, text] of ['Jangan hantar', 'Hantar'].entries()) {
    await one.send(`Tunggu ${round}`)
    const answer = await kit.vendor.answer()
    answer.say('satu ')
    await one.untilAnswer('satu')
    await one.send(text)
    await one.get('queued').waitFor()
    const other = await new ChatPage(await context.newPage()).openChat(id)
    await other.get('queued').waitFor()

    if (round === 0) await one.get('queued').getByRole('button').last().click()
    if (round === 0) await other.get('queued').waitFor({ state: 'detached' })
    answer.finish()
    if (round === 1) (await kit.vendor.answer()).say('dua').finish()
    const count = 2 + round * 4
    await until('all is said', async () => (await ada.messages(id)).filter(({ state }) => state === 'complete').length === count)
    await one.untilState('complete')
    await other.untilState('complete')
    await other.page.close()
  }
  const said = (await ada.messages(id)).filter(({ role }) => role === 'user').map(textOf)
  assert.deepEqual(said, ['Tunggu 0', 'Tunggu 1', 'Hantar'])
  assert.equal(kit.vendor.asked('slow'), 3)
})
