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
      [...one.querySelectorAll('[data-testid=answer-text], [data-testid=question-text]')]
        .map((part) => part.innerText).join(' ').replace(/\s+/g, ' ').trim(),
    ]))
  }

  async chatTitles() {
    return (await this.get('chat-item').allInnerTexts()).map((text) => plain(text))
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
