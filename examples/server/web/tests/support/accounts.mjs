// People of a server, and what they would see if they asked it without the page.
import { randomUUID } from 'node:crypto'

export const password = 'correct horse battery'

export class Account {
  // Who signs up; with an invitation's secret, into its tenant.
  static async signUp(url, { email = `${randomUUID()}@example.com`, name = 'Ada', invitation } = {}) {
    const account = new Account(url, email)
    await account.#enter('sign-up', { name, invitation })
    return account
  }

  static async signIn(url, email, typed = password) {
    const account = new Account(url, email, typed)
    await account.#enter('sign-in')
    return account
  }

  constructor(url, email, typed = password) {
    Object.assign(this, { url, email, password: typed })
  }

  async #enter(way, more = {}) {
    const response = await fetch(`${this.url}/api/auth/${way}/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.url },
      body: JSON.stringify({ email: this.email, password: this.password, ...more }),
    })
    const body = await response.json()
    if (!response.ok) throw new Error(`${way}: ${JSON.stringify(body)}`)
    Object.assign(this, { token: body.token, userId: body.user.id })
    this.cookies = response.headers.getSetCookie().map((line) => {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      return { name, value, url: this.url, httpOnly: true, sameSite: 'Lax' }
    })
  }

  // What a procedure gives; its failure is an error with `code` and `errc`.
  async call(procedure, input = {}) {
    const response = await fetch(`${this.url}/rpc/${procedure.replaceAll('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ json: input }),
    })
    const { json } = await response.json()
    if (response.ok) return json
    throw Object.assign(new Error(`${procedure}: ${json.message}`), { code: json.code, errc: json.data?.errc })
  }

  newChat(model = 'openai/slow', more = {}) {
    return this.call('chat.create', { model, title: 'A chat', ...more })
  }

  // The path to the head, oldest first.
  async messages(chatId) {
    const all = []
    let cursor
    do {
      const page = await this.call('message.list', { chatId, limit: 200, ...(cursor ? { cursor } : {}) })
      all.push(...page.items)
      cursor = page.nextCursor
    } while (cursor)
    return all.reverse()
  }

  async lastMessage(chatId) {
    const { items } = await this.call('message.list', { chatId, limit: 1 })
    return items[0]
  }

  async invite(role = 'member') {
    const email = `${randomUUID()}@example.com`
    const { secret } = await this.call('invitation.create', { email, role })
    return { email, secret }
  }
}

export const textOf = (message) =>
  message.parts.filter((part) => part.type === 'text').map((part) => part.text).join('')
