// Kept prompts, where one writes.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'

import { flow } from '../support/flow.mjs'
import { until } from '../support/until.mjs'

flow('22: a prompt is seen filled in before it is sent', {}, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/echo')
  await ada.call('prompt.create', {
    name: 'Terjemah', kind: 'text', messages: [{ role: 'user', text: 'Ke bahasa {{bahasa}}: {{teks}}' }],
    variables: [
      { name: 'bahasa', type: 'choice', choices: ['Inggeris', 'Melayu'], default: 'Melayu' },
      { name: 'teks', type: 'long_text', required: true },
    ],
  })
  const chat = await (await kit.page(ada)).openChat(id)
  await chat.get('prompt-picker').first().click()
  await chat.page.getByRole('option', { name: /Terjemah/ }).click()

  const preview = chat.get('prompt-preview')
  await preview.getByText('Fill in what is required').waitFor()
  await chat.page.getByLabel('teks').fill('Good morning')
  await preview.getByText('Ke bahasa Melayu: Good morning').waitFor()
  await chat.page.getByLabel('bahasa').selectOption('Inggeris')
  await until('it follows the form', async () => (await preview.innerText()).includes('Ke bahasa Inggeris: Good morning'))
  assert.deepEqual(await ada.messages(id), [], 'nothing was sent')
  await chat.page.getByRole('button', { name: 'Ask' }).click()

  await chat.untilAnswer('You said: Ke bahasa Inggeris: Good morning')
})

// What a download gives, as a file that is given back.
async function exported(page) {
  await page.getByRole('button', { name: 'Import and export' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Export all of mine' }).click()])
  return { name: download.suggestedFilename(), mimeType: 'application/json', buffer: await readFile(await download.path()) }
}

async function imported(page, file) {
  await page.getByRole('button', { name: 'Import and export' }).click()
  await page.getByRole('menuitem', { name: 'Import', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[type=file]').setInputFiles(file)
  const said = dialog.getByRole('status').locator('b')
  await said.waitFor()
  const text = await said.innerText()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await dialog.waitFor({ state: 'hidden' })
  return text
}

const names = async (account) => (await account.call('prompt.getAll')).items.map(({ name }) => name).sort()

flow('22: prompts are exported, and imported by somebody else', {}, async (kit) => {
  const ada = await kit.owner()
  const messages = [{ role: 'system', text: 'Anda penterjemah.' }, { role: 'user', text: 'Ke {{bahasa}}: {{teks}}' }]
  const variables = [{ name: 'bahasa', type: 'choice', choices: ['Inggeris', 'Melayu'], default: 'Melayu' }, { name: 'teks', type: 'long_text', required: true }]
  await ada.call('prompt.create', { name: 'Terjemah', command: 'terjemah', kind: 'chat', messages, variables })
  await ada.call('prompt.create', { name: 'Ringkas “ini” — 你好', kind: 'text', messages: [{ role: 'user', text: 'Ringkaskan.' }] })
  const hers = await (await kit.page(ada)).open('/')
  await hers.page.goto('/templates')
  await hers.page.getByText('Terjemah').first().waitFor()
  const file = await exported(hers.page)
  assert.match(file.name, /^prompts-\d{4}-\d\d-\d\d\.json$/)
  assert.match(await imported(hers.page, file), /2 unchanged/)

  const bob = await kit.member(ada)
  const his = await kit.page(bob)
  await his.page.goto('/templates')
  await his.page.getByRole('button', { name: 'Import and export' }).waitFor()
  assert.match(await imported(his.page, file), /^2 imported/)

  await his.page.getByText('Ringkas “ini” — 你好').first().waitFor()
  assert.deepEqual(await names(bob), await names(ada))
  await his.page.getByText('Terjemah').first().click()
  await his.page.getByText('Anda penterjemah.').first().waitFor()
  assert.match(await imported(hers.page, file), /2 unchanged/)
})
