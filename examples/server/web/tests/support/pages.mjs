// The chat page as a person uses it: what is found here is found by its role, its name or its data-testid, nothing by a class.
import { plain } from './base_page.mjs'
import { ListPage } from './list_page.mjs'
import { until, untilSame } from './until.mjs'

export { plain }

export class ChatPage extends ListPage {
  get composer() { return this.get('composer') }
  get answers() { return this.page.locator('[data-testid=message][data-role=assistant]') }
  get questions() { return this.page.locator('[data-testid=message][data-role=user]') }
  get lastAnswer() { return this.answers.last() }
  get status() { return this.get('status-line') }

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
}
