// Every page in every theme and width: axe finds nothing, nothing is cut or overlaps. Screenshots are kept.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { violations } from '../support/axe.mjs'
import { misfits } from '../support/fit.mjs'
import { flow, kept } from '../support/flow.mjs'
import { lookAt, noise, themes } from '../support/look.mjs'
import { furnish, strangersPlaces } from '../support/places.mjs'
import { until } from '../support/until.mjs'

const screenshots = join(kept, 'screenshots')

const byAxe = async (page, { name, width }, theme) => {
  await page.screenshot({ path: join(screenshots, `${name}_${theme}_${width}.png`) })
  return [...(width === 768 || (theme === 'forced' && width === 320) ? [] : await violations(page)), ...await misfits(page)]
}

for (const theme of Object.keys(themes)) {
  flow(`13: every page in ${theme} colours`, { noise, timeout: 180_000 }, async (kit) => {
    await mkdir(screenshots, { recursive: true })
    const { ada, places } = await furnish(kit)
    const more = (page, where) => byAxe(page, where, theme)
    const faults = [
      ...await lookAt(kit, ada, places, { theme, more }),
      ...await lookAt(kit, undefined, strangersPlaces, { theme, more }),
    ]
    assert.deepEqual(faults, [])
  })
}

flow('13: while an answer streams, with a menu and with a dialog open', { noise, timeout: 90_000 }, async (kit) => {
  const ada = await kit.owner()
  const { id } = await ada.newChat('openai/slow')
  const chat = await kit.page(ada)
  await chat.openChat(id)
  await chat.send('Hai')
  const answer = await kit.vendor.answer()
  answer.say('satu **dua** ', '\n\n```js\nlet a = 1')
  await chat.untilAnswerBegins(8)
  assert.deepEqual(await violations(chat.page), [])
  answer.finish()
  await chat.untilState('complete')

  await chat.openChatMenu(id)
  assert.deepEqual(await violations(chat.page), [])
  await chat.keyboard.press('Escape')
  await chat.openDeleteDialog(id)
  assert.deepEqual(await violations(chat.page), [])
  await chat.keyboard.press('Escape')
  await chat.page.getByRole('dialog').waitFor({ state: 'hidden' })
})

flow('13: the section that is shown is in view in the strip of sections, also when the window becomes narrow', { noise }, async (kit) => {
  const { ada, places } = await furnish(kit)
  const { context } = await kit.window(ada)
  const page = await context.newPage()
  for (const path of [places.template_usage, '/settings/data', '/admin/status']) {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(path)
    const current = page.locator('main nav [aria-current=page]')
    await current.waitFor()
    await page.setViewportSize({ width: 320, height: 800 })
    await until(`the section of ${path} is in view`, async () => {
      const { x, width } = await current.boundingBox()
      return x >= 0 && x + width <= 320
    })
  }
})
