// The least that begins the page: what takes a way to the server sets out before the page itself has come.
import { askEarly } from './api/early'
import { ofBrowser } from './i18n/choice'
import { firstTexts } from './i18n/first_texts'
import { bringTexts } from './i18n/packs'
import { sayNotBegun } from './not_begun'

const patience = 12_000

async function begin(): Promise<void> {
  bringTexts('first', ofBrowser()).catch(() => {}) // beside the page, after which one waits for them
  const page = await import('./start')
  page.start(await firstTexts(ofBrowser()))
}

askEarly()
if (location.pathname.startsWith('/c/')) void import('./chat/transcript.svelte').catch(() => {}) // who needs it asks again
const slow = setTimeout(sayNotBegun, patience)
void begin().catch(sayNotBegun).finally(() => clearTimeout(slow))
