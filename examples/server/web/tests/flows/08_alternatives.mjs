// Edit, regenerate and walk between the alternatives, by mouse and by keyboard alone.
import assert from 'node:assert/strict'

import { textOf } from '../support/accounts.mjs'
import { flow } from '../support/flow.mjs'
import { until, untilSame } from '../support/until.mjs'

// How a person presses a button: by the mouse, or by Tab and Enter.
const hands = {
  mouse: {
    press: async (chat, button) => {
      await button.hover({ force: true })
      await button.click()
    },
    send: (chat, text) => chat.send(text),
  },
  keyboard: {
    press: async (chat, button) => {
      await chat.tabTo(button, { back: true })
      await chat.keyboard.press('Enter')
    },
    async send(chat, text) {
      await chat.tabTo(chat.composer)
      await chat.keyboard.type(text)
      await chat.keyboard.press('Enter')
    },
  },
}

for (const [name, hand] of Object.entries(hands)) {
  flow(`8: edit, regenerate and alternatives by ${name}`, { timeout: 90_000 }, async (kit) => {
    const ada = await kit.owner()
    const { id } = await ada.newChat('openai/scripted')
    const chat = await (await kit.page(ada)).openChat(id)
    kit.vendor.script('jawapan satu', 'jawapan dua', 'jawapan tiga')
    const shown = (...lines) => untilSame('the transcript', lines, () => chat.transcript())
    const inMessage = (message, testid) => chat.get(testid, message)

    await hand.send(chat, 'soalan')
    await shown(['user', 'soalan'], ['assistant', 'jawapan satu'])
    await chat.untilState('complete')
    const [question, first] = await ada.messages(id)

    await hand.press(chat, inMessage(chat.lastAnswer, 'regenerate'))
    await shown(['user', 'soalan'], ['assistant', 'jawapan dua'])
    await chat.untilState('complete')
    const second = await ada.lastMessage(id)
    assert.equal(second.parentId, question.id)

    await hand.press(chat, inMessage(chat.lastAnswer, 'alternatives-prev'))
    await shown(['user', 'soalan'], ['assistant', 'jawapan satu'])
    await hand.press(chat, inMessage(chat.lastAnswer, 'alternatives-next'))
    await shown(['user', 'soalan'], ['assistant', 'jawapan dua'])

    await hand.press(chat, inMessage(chat.questions.last(), 'edit'))
    const field = chat.get('edit-text')
    await field.waitFor()
    await field.fill('soalan lain')
    await chat.tabTo(chat.get('edit-save'))
    await chat.keyboard.press('Enter')
    await shown(['user', 'soalan lain'], ['assistant', 'jawapan tiga'])
    await chat.untilState('complete')

    await hand.press(chat, inMessage(chat.questions.last(), 'alternatives-prev'))
    await until('the earlier branch', async () => (await chat.transcript())[0][1] === 'soalan')
    await hand.press(chat, inMessage(chat.questions.last(), 'alternatives-next'))
    await shown(['user', 'soalan lain'], ['assistant', 'jawapan tiga'])

    const leaves = { first: first.id, second: second.id, head: undefined }
    const paths = {}
    for (const [leaf, leafId] of Object.entries(leaves))
      paths[leaf] = (await ada.call('message.list', { chatId: id, ...(leafId ? { leafId } : {}) })).items.map(textOf).reverse()
    assert.deepEqual(paths, {
      first: ['soalan', 'jawapan satu'], second: ['soalan', 'jawapan dua'], head: ['soalan lain', 'jawapan tiga'],
    })
    assert.equal(kit.vendor.asked('scripted'), 3)
  })
}
