// The least that begins the page: what takes a way to the server sets out before the page itself has come.
import { askEarly } from './api/early'
import { ofBrowser } from './i18n/choice'
import { bringTexts } from './i18n/packs'

askEarly()
if (location.pathname.startsWith('/c/')) void import('./chat/transcript.svelte').catch(() => {}) // who needs it asks again
void Promise.all([import('./start'), bringTexts('first', ofBrowser())]).then(([page]) => page.start())
