// Every page in every language, in one with longer words and with text of twice the size: nothing is cut or overlaps.
import assert from 'node:assert/strict'

import { violations } from '../support/axe.mjs'
import { misfits, padTexts } from '../support/fit.mjs'
import { flow } from '../support/flow.mjs'
import { lookAt, noise } from '../support/look.mjs'
import { furnish, strangersPlaces } from '../support/places.mjs'

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
