// Every state that has no address of its own: what opens, what waits, what has failed. axe finds nothing, nothing is cut.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { violations } from '../support/axe.mjs'
import { connectionNoise } from '../support/browser.mjs'
import { flow, kept } from '../support/flow.mjs'
import { misfits } from '../support/fit.mjs'
import { ChatPage } from '../support/pages.mjs'
import { furnishStates, pixel } from '../support/states.mjs'

const folder = join(kept, 'screenshots')
const themes = { light: { colorScheme: 'light' }, dark: { colorScheme: 'dark' } }
const widths = [1280, 320]
const noise = [...connectionNoise, /status of 4/, /preload assets/] // the last is axe's, which reads style sheets again

// Looks at the page as it stands, at each width.
function looking(page, theme, faults) {
  return async (name, { only = widths } = {}) => {
    for (const width of only) {
      await page.setViewportSize({ width, height: 800 })
      await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
      await page.screenshot({ path: join(folder, `state_${name}_${theme}_${width}.png`) })
      const found = [...await violations(page), ...await misfits(page)]
      faults.push(...found.map((fault) => `${name} ${theme} ${width}: ${fault}`))
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  }
}

const steps = {
  async answers(kit, { chat, look, chats }) {
    await chat.openChat(chats.full)
    await chat.page.locator('math').first().waitFor({ state: 'attached' })
    await look('end')
    await chat.page.getByRole('log').evaluate((log) => log.scrollTo(0, 0))
    await chat.page.locator('summary').evaluateAll((all) => all.forEach((one) => one.click()))
    await look('top')
    await chat.page.getByRole('log').evaluate((log) => log.scrollTo(0, 700))
    await look('middle')
    await chat.openChat(chats.short)
    await chat.questions.last().hover()
    await chat.get('edit').last().click()
    await look('edit')
    await chat.keyboard.press('Escape')
    await chat.page.getByRole('button', { name: 'More' }).last().click()
    await chat.page.getByRole('menuitem', { name: 'What the model read' }).click()
    await chat.page.getByRole('dialog').waitFor()
    await look('explain')
    await chat.keyboard.press('Escape')
    await chat.composer.fill('And now?')
    await chat.get('preview').click()
    await chat.page.getByRole('dialog').waitFor()
    await look('preview')
    await chat.keyboard.press('Escape')
  },

  async turns(kit, { chat, look, ada }) {
    const { id } = await ada.newChat('openai/slow', { title: 'Under way' })
    await chat.openChat(id)
    await chat.send('Hai')
    const answer = await kit.vendor.answer()
    await look('waits')
    answer.say('One **two**\n\n```js\nlet a')
    await chat.untilAnswerBegins(4)
    await chat.send('The next one, which waits')
    await chat.get('queued').waitFor()
    await look('streams')
    await chat.get('queued').getByRole('button').click()
    await chat.composer.fill('')
    await chat.get('stop').click()
    await chat.get('end-note').waitFor()
    await look('stopped')
    for (const model of ['cut', 'broken', 'refuses', 'thinking']) {
      const { id: other } = await ada.newChat(`openai/${model}`, { title: `Of ${model}` })
      await chat.openChat(other)
      await chat.send('Hai')
      await chat.page.locator('[data-role=assistant]:is([data-state=complete], [data-state=incomplete], [data-state=failed])').last().waitFor()
      if (model === 'thinking') {
        await chat.get('regenerate').click()
        await chat.get('alternatives-count').waitFor()
        await chat.page.getByTitle('Usage and cost').click()
      }
      await look(`ended_${model}`)
    }
  },

  async openings(kit, { chat, look, chats }) {
    await chat.openChat(chats.short)
    const { page } = chat
    await chat.get('model-picker').click()
    await look('models')
    await chat.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Settings of this chat' }).click()
    await page.getByRole('dialog').waitFor()
    await look('chat_settings')
    await chat.keyboard.press('Escape')
    await chat.get('prompt-picker').first().click()
    await page.getByRole('dialog').waitFor()
    await look('prompts')
    await chat.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Rename this chat' }).click()
    await look('rename')
    await chat.keyboard.press('Escape')
    await chat.get('account-menu').click()
    await look('account', { only: [1280] })
    await chat.keyboard.press('Escape')
    await chat.openChatMenu(chats.short)
    await look('row_menu', { only: [1280] })
    await chat.chooseFromMenu('Move to folder…')
    await page.getByRole('dialog').waitFor()
    await look('move')
    await chat.keyboard.press('Escape')
    await chat.openChatMenu(chats.short)
    await chat.chooseFromMenu('Tags…')
    await page.getByRole('dialog').waitFor()
    await look('tags')
    await chat.keyboard.press('Escape')
    await chat.openDeleteDialog(chats.short)
    await look('delete')
    await chat.keyboard.press('Escape')
    await page.getByTestId('folder-item').first().focus()
    for (let level = 0; level < 6; level += 1) await chat.keyboard.press('ArrowRight')
    await look('folders', { only: [1280] })
    await chat.get('archive').click()
    await look('archive', { only: [1280] })
    await chat.get('search-box').fill('north')
    await page.getByRole('option').first().waitFor()
    await look('quick', { only: [1280] })
    await page.setViewportSize({ width: 320, height: 800 })
    await page.getByRole('button', { name: 'Open the menu' }).click()
    await look('drawer', { only: [320] })
  },

  async forms(kit, { chat, look, chats }) {
    const { page } = chat
    const button = (name) => page.getByRole('button', { name, exact: true })
    const send = (form) => chat.get(form).evaluate((one) => one.requestSubmit())
    await chat.openChat(chats.short)
    await chat.get('prompt-picker').first().click()
    await page.getByRole('option', { name: /Translate/ }).click()
    await chat.get('prompt-preview').waitFor()
    await look('prompt_form')
    await button('Ask').click()
    await page.locator('[aria-invalid=true]').first().waitFor()
    await look('prompt_faults')
    await page.getByLabel('text').fill('Good morning, and a few words more, so that there is a second line of it.')
    await chat.get('prompt-preview').getByText('Good morning').waitFor()
    await page.locator('[aria-invalid=true]').waitFor({ state: 'detached' })
    await look('prompt_filled')
    await chat.keyboard.press('Escape')
    await chat.attach('dot.png', pixel)
    await look('picture')
    await chat.get('new-folder').click()
    await page.getByRole('dialog').waitFor()
    await look('folder')
    await chat.keyboard.press('Escape')
    await page.goto('/settings/tokens')
    await chat.get('token-form').getByRole('textbox', { name: 'Name' }).fill('A script')
    await look('token_form')
    await send('token-form')
    await chat.get('token-secret').waitFor()
    await look('token_secret')
    await page.goto('/settings/keys')
    await chat.get('key-form').waitFor()
    await look('key_form')
    await page.goto('/settings/keyboard')
    await chat.get('shortcut').first().getByRole('button').click()
    await look('shortcut')
    await page.goto('/settings/data')
    await button('Delete the account').click()
    await page.getByRole('dialog').getByLabel('Current password').fill('not the one')
    await look('delete_account')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete my account for good' }).click()
    await page.getByRole('dialog').locator('[role=alert], [aria-invalid=true]').first().waitFor()
    await look('delete_refused')
    await page.goto('/admin/quotas')
    await button('Set a quota').click()
    await chat.get('quota-form').waitFor()
    await look('quota_form')
    await page.goto('/admin/invitations')
    await chat.get('invite-form').getByRole('textbox', { name: 'Email' }).fill('somebody@example.com')
    await send('invite-form')
    await chat.get('invite-link').waitFor()
    await look('invitation')
    await page.goto('/templates')
    await button('Import and export').click()
    await page.getByRole('menuitem', { name: 'Import' }).first().click()
    await page.getByRole('dialog').locator('input[type=file]').setInputFiles(
      { name: 'wrong.json', mimeType: 'application/json', buffer: Buffer.from('{"a":') },
    )
    await page.getByRole('dialog').locator('[aria-invalid=true]').waitFor()
    await look('import_refused')
    await chat.keyboard.press('Escape')
    await page.goto(`/templates/${chats.prompt}?section=labels`)
    await button('Add a label').click()
    await page.getByRole('dialog').waitFor()
    await look('label')
  },

  async offline(kit, { chat, look, context, chats }) {
    await chat.openChat(chats.short)
    await context.setOffline(true)
    await chat.send('Written without a network')
    await chat.get('outbox-item').waitFor()
    await chat.untilConnection('offline')
    await look('offline')
    await context.setOffline(false)
    await chat.get('outbox-item').waitFor({ state: 'hidden' })
  },
}

for (const [part, walk] of Object.entries(steps)) {
  for (const theme of Object.keys(themes)) {
    flow(`13: ${part} in every state, in ${theme} colours`, { noise, timeout: 180_000 }, async (kit) => {
      await mkdir(folder, { recursive: true })
      const ada = await kit.owner()
      const chats = await furnishStates(ada)
      const { context } = await kit.window(ada, { ...themes[theme], traced: false })
      const page = await context.newPage()
      const faults = []
      await walk(kit, { chat: new ChatPage(page), look: looking(page, theme, faults), ada, chats, context })
      assert.deepEqual(faults, [])
    })
  }
}
