// The transcript: where it is scrolled to, and what is selected there.
import { BasePage } from './base_page.mjs'
import { until } from './until.mjs'

export class Reading extends BasePage {
  get messages() { return this.get('message') }

  scrollTop() {
    return this.page.getByRole('log').evaluate((log) => log.scrollTop)
  }

  // As somebody with a mouse does, who has to be seen doing so.
  async scrollBy(pixels) {
    await this.page.getByRole('log').hover()
    await this.page.mouse.wheel(0, pixels)
    const place = await this.scrollTop()
    await until('it has scrolled', async () => (await this.scrollTop()) === place)
  }

  isAtEnd() {
    return this.page.getByRole('log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 40)
  }

  // How far below the top of the window a message stands.
  topOf(id) {
    return this.page.locator(`[data-message-id="${id}"]`).evaluate((one) => one.getBoundingClientRect().top)
  }

  // Scrolls to the beginning, and says at once which message is read there, and where it stands.
  scrollToFirst() {
    return this.page.getByRole('log').evaluate((log) => {
      log.scrollTo(0, 0)
      const first = log.querySelector('[data-message-id]')
      return { id: first.dataset.messageId, top: first.getBoundingClientRect().top }
    })
  }

  // Selects the first paragraph that is wholly in view; gives its words.
  selectInView() {
    return this.messages.evaluateAll((all) => {
      const log = document.querySelector('[role=log]').getBoundingClientRect()
      const inView = (one) => one.getBoundingClientRect().top >= log.top && one.getBoundingClientRect().bottom <= log.bottom
      const chosen = all.flatMap((one) => [...one.querySelectorAll('p')]).find(inView)
      getSelection().selectAllChildren(chosen)
      return getSelection().toString()
    })
  }
}
