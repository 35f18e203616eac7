// The chat page as a person uses it: what is found here is found by its role, its name or its data-testid, nothing by a class.
import { until, untilSame } from './until.mjs'

// Text as it is read: how it is broken into lines does not count.
export const plain = (text) => text.replace(/\s+/g, ' ').trim()

export class ChatPage {
  constructor(page) {
    this.page = page
    this.keyboard = page.keyboard
  }

  get(name, within = this.page) {
    return within.getByTestId(name)
  }

  get composer() { return this.get('composer') }
  get messages() { return this.get('message') }
  get answers() { return this.page.locator('[data-testid=message][data-role=assistant]') }
  get questions() { return this.page.locator('[data-testid=message][data-role=user]') }
  get lastAnswer() { return this.answers.last() }
  get status() { return this.get('status-line') }
  get chatItems() { return this.get('chat-item') }

  async open(path = '/') {
    await this.page.goto(path)
    await this.composer.waitFor()
    return this
  }

  openChat(id) {
    return this.open(`/c/${id}`)
  }

  // The chat that the address names.
  async chatId() {
    return until('the address names a chat', () => /\/c\/([0-9a-f-]{36})/.exec(this.page.url())?.[1])
  }

  async send(text) {
    await this.composer.fill(text)
    await this.get('send').click()
  }

  // What stands in an answer now.
  async answerText(answer = this.lastAnswer) {
    if ((await answer.count()) === 0) return ''
    const texts = await this.get('answer-text', answer).allInnerTexts()
    return plain(texts.join(' '))
  }

  async untilAnswer(text, options) {
    await untilSame('the answer reads so', plain(text), () => this.answerText(), options)
  }

  async untilAnswerBegins(length = 1, options) {
    await until(`an answer of ${length} characters`, async () => (await this.answerText()).length >= length, options)
  }

  state(message = this.lastAnswer) {
    return message.getAttribute('data-state')
  }

  async untilState(state, options) {
    await untilSame('the answer is', state, () => this.state(), options)
  }

  // What stands on the page, message by message: role and text.
  async transcript() {
    return this.messages.evaluateAll((all) => all.map((one) => [
      one.dataset.role,
      [...one.querySelectorAll(one.dataset.role === 'user' ? 'p' : '[data-testid=answer-text]')]
        .map((part) => part.innerText).join(' ').replace(/\s+/g, ' ').trim(),
    ]))
  }

  async heading() {
    return plain(await this.page.getByRole('heading', { level: 1 }).first().innerText())
  }

  // `state` of the connection: connecting, online, offline or draining.
  async untilConnection(state, options) {
    await untilSame('the connection is', state, () => this.status.getAttribute('data-state'), options)
  }

  async pickModel(name) {
    await this.get('model-picker').click()
    await this.page.getByRole('combobox', { expanded: true }).last().fill(name)
    await this.page.getByRole('option', { name: new RegExp(name) }).first().click()
    await until('it is chosen', async () => (await this.get('model-picker').innerText()).includes(name))
  }

  async attach(name, base64) {
    const file = { name, mimeType: 'image/png', buffer: Buffer.from(base64, 'base64') }
    await this.page.locator('input[type=file]').first().setInputFiles(file)
    await this.get('attachments').waitFor()
  }

  // --- the list ---

  chatItem(id) {
    return this.page.locator(`[data-testid=chat-item][data-chat-id="${id}"]`).first()
  }

  async chatTitles() {
    return (await this.chatItems.allInnerTexts()).map(plain)
  }

  // By the mouse, or as the menu key does.
  async openChatMenu(id, { by = 'mouse' } = {}) {
    const item = this.chatItem(id)
    const button = this.get('row-menu', item)
    if (by === 'mouse') {
      await item.hover()
      await button.click()
    } else {
      await this.tabTo(button)
      await this.keyboard.press('Enter')
    }
    await this.page.getByRole('menu').waitFor()
  }

  async chooseFromMenu(name) {
    await this.page.getByRole('menu').getByRole('menuitem', { name }).click()
  }

  // The field in which a chat is called otherwise.
  async beginRename(id) {
    await this.openChatMenu(id)
    await this.chooseFromMenu('Rename')
    const field = this.page.locator('input[data-testid=rename]')
    await field.waitFor()
    return field
  }

  async rename(id, title) {
    const field = await this.beginRename(id)
    await field.fill(title)
    await field.press('Enter')
  }

  async openDeleteDialog(id, how) {
    await this.openChatMenu(id, how)
    if (how?.by === 'keyboard') {
      await this.keyboard.press('End')
      await this.keyboard.press('Enter')
    } else await this.chooseFromMenu('Delete')
    await this.page.getByRole('dialog').waitFor()
  }

  async deleteChat(id) {
    await this.openDeleteDialog(id)
    await this.get('confirm-remove').click()
    await this.page.getByRole('dialog').waitFor({ state: 'hidden' })
  }

  async signOut() {
    await this.get('account-menu').click()
    await this.get('sign-out').click()
  }

  // --- where one reads ---

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

  // All that the page has kept in this browser, as one text.
  keptText() {
    return this.page.evaluate(async () => {
      const read = (request) => new Promise((resolve) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = request.onblocked = () => resolve(null)
      })
      const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie]
      for (const { name } of await indexedDB.databases()) {
        const database = await read(indexedDB.open(name))
        for (const store of database?.objectStoreNames ?? []) {
          const rows = database.transaction(store).objectStore(store)
          kept.push(JSON.stringify([await read(rows.getAllKeys()), await read(rows.getAll())]))
        }
        database?.close()
      }
      if (globalThis.caches) for (const name of await caches.keys()) kept.push(name)
      return kept.join('\n')
    })
  }

  // What has the focus, in words: its role or tag and its name.
  focused() {
    return this.page.evaluate(() => {
      const one = document.activeElement
      if (!one || one === document.body) return ''
      const name = one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText ?? ''
      return `${one.dataset.testid ?? one.getAttribute('role') ?? one.localName}: ${name.trim().split('\n')[0].slice(0, 40)}`
    })
  }

  // Goes on by Tab until what has the focus is this one, as somebody without a mouse does.
  async tabTo(target, { most = 80, back = false } = {}) {
    for (let step = 0; step < most; step += 1) {
      if (await target.evaluate((one) => one === document.activeElement).catch(() => false)) return
      await this.keyboard.press(back ? 'Shift+Tab' : 'Tab')
    }
    throw new Error(`not reached by ${most} times Tab; the focus is on ${await this.focused()}`)
  }
}
