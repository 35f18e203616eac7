// Until a page has come to rest: nothing is loading, no request is on its way, and its text stays the same for two looks.
import { until } from './until.mjs'

export async function settled(page, { within = 8_000 } = {}) {
  let last
  await until('the page came to rest', async () => {
    const now = await page.evaluate(() => ({
      busy: document.querySelectorAll('[aria-busy=true]:not([data-testid=answer-text])').length,
      text: document.body.innerText.length,
      height: document.documentElement.scrollHeight,
      fonts: document.fonts.status,
    }))
    const shown = JSON.stringify(now)
    const same = shown === last && now.busy === 0 && now.text > 0 && now.fonts === 'loaded'
    last = shown
    return same
  }, { within, every: 60 })
}
