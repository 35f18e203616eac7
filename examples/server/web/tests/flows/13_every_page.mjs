// Every page in every theme, width and language: axe finds nothing, nothing is cut or overlaps. Screenshots are kept.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { violations } from '../support/axe.mjs'
import { flow, kept } from '../support/flow.mjs'
import { misfits, padTexts } from '../support/fit.mjs'
import { furnish, sectionsOf, strangersPlaces } from '../support/places.mjs'
import { settled } from '../support/settled.mjs'

const screenshots = join(kept, 'screenshots')
const noise = [/status of 40[134]/]  // what strangers and unknown secrets are answered
const widths = [320, 768, 1280]
const themes = { light: { colorScheme: 'light' }, dark: { colorScheme: 'dark' }, forced: { forcedColors: 'active' } }
const languages = { en: 'en-GB', ms: 'ms-MY', id: 'id-ID' }

// Looks at each place at each width; gives the faults.
async function lookAt(kit, account, known, { theme, language = 'en', more }) {
  const { context } = await kit.window(account, { ...themes[theme], locale: languages[language], traced: false })
  const page = await context.newPage()
  const faults = []
  const places = account ? { ...known, ...await sectionsOf(page, 'settings'), ...await sectionsOf(page, 'admin') } : known
  for (const [name, path] of Object.entries(places)) {
    await page.setViewportSize({ width: widths.at(-1), height: 800 })
    await page.goto(path)
    await settled(page)
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 })
      await settled(page)
      const found = await more(page, { name, width })
      faults.push(...found.map((fault) => `${name} ${theme} ${language} ${width}: ${fault}`))
    }
  }
  await context.close()
  return faults
}

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

for (const language of ['ms', 'id']) {
  flow(`13: every page in ${language}`, { noise, timeout: 180_000 }, async (kit) => {
    const { ada, places } = await furnish(kit)
    const more = async (page) => [
      ...((await page.locator('html').getAttribute('lang')) === language ? [] : [`not in ${language}`]), ...await misfits(page),
    ]
    const faults = [
      ...await lookAt(kit, ada, places, { theme: 'light', language, more }),
      ...await lookAt(kit, undefined, strangersPlaces, { theme: 'light', language, more }),
    ]
    assert.deepEqual(faults, [])
  })
}

flow('13: every page in a language whose words are 40 % longer, and with text of twice the size', { noise, timeout: 180_000 }, async (kit) => {
  const { ada, places } = await furnish(kit)
  const longer = async (page) => {
    await padTexts(page, 0.4)
    return misfits(page)
  }
  const larger = async (page, { width }) => {
    if (width !== 1280) return []
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
    const found = [...await violations(page), ...await misfits(page)]
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'))
    return found
  }
  const faults = [
    ...await lookAt(kit, ada, places, { theme: 'light', more: longer }),
    ...await lookAt(kit, ada, places, { theme: 'light', more: larger }),
  ]
  assert.deepEqual(faults, [])
})

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
