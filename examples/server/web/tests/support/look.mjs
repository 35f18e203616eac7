// Goes through pages in a theme, a language and every width.
import { sectionsOf } from './places.mjs'
import { settled } from './settled.mjs'

export const noise = [/status of 40[134]/]  // what strangers and unknown secrets are answered
export const widths = [320, 768, 1280]
export const themes = { light: { colorScheme: 'light' }, dark: { colorScheme: 'dark' }, forced: { forcedColors: 'active' } }
const languages = { en: 'en-GB', ms: 'ms-MY', id: 'id-ID' }

// Looks at each place at each width; gives the faults.
export async function lookAt(kit, account, known, { theme, language = 'en', more }) {
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

