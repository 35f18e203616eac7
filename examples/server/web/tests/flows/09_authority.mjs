// Who may no longer be here is gone from the page, with everything of theirs.
import assert from 'node:assert/strict'

import { Account } from '../support/accounts.mjs'
import { flow } from '../support/flow.mjs'
import { ChatPage } from '../support/pages.mjs'
import { until, untilSame } from '../support/until.mjs'

const noise = [/status of 40[13]/, /WebSocket connection to /]
const secret = 'rahsia-besar-ini'
const within = { within: 2_500 }

// A chat that says the secret, and a draft and a sent message that wait.
async function atWork(kit, account) {
  const { id } = await account.newChat('openai/echo', { title: secret })
  await account.call('message.create', { chatId: id, text: secret })
  const { context } = await kit.window(account)
  const chat = await new ChatPage(await context.newPage()).openChat(id)
  await chat.untilAnswer(`You said: ${secret}`)
  await chat.composer.fill(`${secret} belum siap`)
  await until('the draft is kept', async () => (await chat.keptText()).includes('belum siap'))
  return { id, context, chat }
}

const around = (text) => text.match(new RegExp(`.{0,80}${secret}.{0,40}`, 'g')) ?? []

async function nothingIsLeft(chat) {
  await untilSame('the page says nothing of it', [], async () => around(await chat.page.content()), within)
  await untilSame('no storage has it', [], async () => around(await chat.keptText()), within)
  assert.ok(!(await chat.page.title()).includes(secret))
}

flow('9: a session that is revoked elsewhere', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { chat } = await atWork(kit, ada)
  const elsewhere = await Account.signIn(kit.server.url, ada.email)

  await elsewhere.call('user.revokeOtherSessions')

  await chat.get('sign-in-form').waitFor({ timeout: within.within })
  await nothingIsLeft(chat)
})

flow('9: signed out in another tab', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { chat, context } = await atWork(kit, ada)
  const other = await new ChatPage(await context.newPage()).open('/')

  await other.signOut()

  for (const tab of [chat, other]) {
    await tab.get('sign-in-form').waitFor({ timeout: within.within })
    await nothingIsLeft(tab)
  }
})

flow('9: a role that is lowered', { noise }, async (kit) => {
  const ada = await kit.owner()
  const bob = await kit.member(ada, 'admin')
  const chat = await (await kit.page(bob)).open('/')
  await chat.get('new-chat').waitFor()
  await chat.page.goto('/admin/members')
  const invitations = chat.page.getByRole('link', { name: 'Invitations' })
  await invitations.first().waitFor()

  await ada.call('member.setRole', { userId: bob.userId, role: 'viewer' })

  await until('what only an admin sees is gone', async () => (await invitations.count()) === 0, within)
  await until('and what only a member does', async () => (await chat.get('new-chat').count()) === 0, within)
})

flow('9: another tenant', { noise, variables: { SAMBUNG_SIGN_UP: 'open' } }, async (kit) => {
  const ada = await kit.owner()
  const { chat } = await atWork(kit, ada)
  const there = await ada.call('tenant.create', { name: 'Di sana' })

  await ada.call('tenant.switch', { id: there.id })

  await until('the former tenant is not shown', async () => !(await chat.page.content()).includes(secret), within)
})
