// Somebody opens the page of a server that is new.
import assert from 'node:assert/strict'

import { Account, password, textOf } from '../support/accounts.mjs'
import { flow } from '../support/flow.mjs'
import { plain } from '../support/pages.mjs'

const email = 'ada@example.com'

flow('1: the first to come makes the owner, sends and reads an answer', {}, async (kit) => {
  const chat = await kit.page()
  const { page } = chat

  await page.goto('/')
  const form = chat.get('sign-up-form')
  await form.waitFor()
  await form.locator('[name=name]').fill('Ada')
  await form.locator('[name=email]').fill(email)
  await form.locator('[autocomplete$=password]').fill(password)
  await form.getByRole('button', { name: /create|sign up|owner|begin/i }).click()
  await page.getByTestId('sign-up-form').waitFor({ state: 'detached' })

  await chat.open('/')
  await chat.pickModel('echo')
  await chat.send('Apa khabar?')
  await chat.untilAnswer('You said: Apa khabar?')
  await chat.untilState('complete')

  const ada = await Account.signIn(kit.server.url, email)
  assert.equal((await ada.call('tenant.getAll')).items[0].role, 'owner')
  const stored = await ada.messages(await chat.chatId())
  assert.deepEqual(stored.map(({ role }) => role), ['user', 'assistant'])
  assert.equal(await chat.answerText(), plain(textOf(stored[1])))
  assert.equal(kit.vendor.asked('echo'), 1)
})

flow('1: who has an account signs in, finds the chat, and signs out', { noise: [/status of 401/] }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo', { title: 'Kopi dan teh' })
  await ada.call('message.create', { chatId: id, text: 'hai' })
  const chat = await kit.page()
  const { page } = chat

  await page.goto(`/c/${id}`)
  const form = chat.get('sign-in-form')
  await form.waitFor()
  const enter = async (typed) => {
    await form.locator('[name=email]').fill(ada.email)
    await form.locator('[autocomplete$=password]').fill(typed)
    await form.locator('[autocomplete$=password]').press('Enter')
  }
  await enter('not the password')
  await form.getByRole('alert').waitFor()
  await enter(password)
  await chat.untilAnswer('You said: hai')
  assert.equal(new URL(page.url()).pathname, `/c/${id}`)
  assert.equal(await chat.heading(), 'Kopi dan teh')
  assert.match(await page.title(), /Kopi dan teh/)
  assert.deepEqual(await page.evaluate(() => document.cookie), '', 'no script sees a cookie')

  await chat.signOut()
  await form.waitFor()
  assert.equal(await page.getByText('You said: hai').count(), 0)
})
