// Kept prompts, where one writes.
import assert from 'node:assert/strict'

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
