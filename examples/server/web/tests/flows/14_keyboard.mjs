// Everything by keyboard; what has the focus is never lost, and Tab goes in the order of focus_order.json.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'

import { password } from '../support/accounts.mjs'
import { flow } from '../support/flow.mjs'
import { settled } from '../support/settled.mjs'
import { until } from '../support/until.mjs'

const file = new URL('focus_order.json', import.meta.url)
const orders = JSON.parse(readFileSync(file, 'utf8'))

// The names of what Tab comes to, from the beginning of the page until it begins again.
async function order(chat, most = 60) {
  await chat.page.evaluate(() => {
    document.body.tabIndex = -1
    document.body.focus()
    document.body.removeAttribute('tabindex')
  })
  const found = []
  for (let step = 0; step < most; step += 1) {
    await chat.keyboard.press('Tab')
    const name = await chat.focused()
    if (name === '' || name === found[0]) break
    found.push(name)
  }
  return found
}

// SAMBUNG_WRITE_FOCUS=1 writes what is there, to be read and committed.
function holds(name, found) {
  if (!process.env.SAMBUNG_WRITE_FOCUS) return assert.deepEqual(found, orders[name], `focus_order.json has another order for ${name}, or none`)
  orders[name] = found
  writeFileSync(file, `${JSON.stringify(orders, null, 2)}\n`)
}

flow('14: signing in, a question, an answer and stop, without a mouse', { noise: [/status of 401/] }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow', { title: 'Papan kekunci' })
  const chat = await kit.page()
  await chat.page.goto(`/c/${id}`)
  await chat.get('sign-in-form').waitFor()
  await settled(chat.page)
  holds('sign-in', await order(chat))
  await chat.tabTo(chat.page.locator('[name=email]'))
  await chat.keyboard.type(ada.email)
  await chat.tabTo(chat.page.locator('[autocomplete$=password]'))
  await chat.keyboard.type(password)
  await chat.keyboard.press('Enter')

  await chat.composer.waitFor()
  await chat.tabTo(chat.composer)
  await chat.keyboard.type('Hai')
  await chat.keyboard.press('Enter')
  const answer = await kit.vendor.answer()
  answer.say('satu ')
  await chat.untilAnswer('satu')
  assert.notEqual(await chat.focused(), '', 'the focus is not lost when a message is sent')
  await chat.tabTo(chat.get('stop'))
  await chat.keyboard.press('Enter')
  await chat.untilState('cancelled')
  assert.notEqual(await chat.focused(), '', 'nor when it is stopped')
  await settled(chat.page)
  holds('chat', await order(chat))
})

flow('14: menus and dialogs give the focus back', {}, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo', { title: 'Menu' })
  const chat = await (await kit.page(ada)).openChat(id)

  await chat.openChatMenu(id, { by: 'keyboard' })
  await chat.keyboard.press('ArrowDown')
  await chat.keyboard.press('Escape')
  const opener = chat.get('row-menu', chat.chatItem(id))
  await until('the focus is back', () => opener.evaluate((one) => one === document.activeElement))

  await chat.openDeleteDialog(id, { by: 'keyboard' })
  const dialog = chat.page.getByRole('dialog')
  for (let step = 0; step < 6; step += 1) {
    await chat.keyboard.press('Tab')
    assert.ok(await dialog.evaluate((one) => one.contains(document.activeElement) || document.activeElement === document.body), 'the focus stays in the dialog')
  }
  await chat.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  assert.notEqual(await chat.focused(), '')
})

for (const [name, path] of Object.entries({ settings: '/settings/profile', templates: '/templates', search: '/search' })) {
  flow(`14: every control of ${name} is reached by Tab`, {}, async (kit) => {
    const ada = await kit.owner()
    const chat = await kit.page(ada)
    await chat.page.goto(path)
    await settled(chat.page)
    const found = await order(chat)
    const main = await chat.page.evaluate(() => [...document.querySelectorAll('main button, main a[href], main input, main select, main textarea')]
      .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0 && one.type !== 'radio').length)
    assert.ok(found.length >= main, `${found.length} stops for ${main} controls`)
    assert.deepEqual(found.filter((one) => /: $/.test(one)), [], 'each has a name')
    holds(name, found)
  })
}
