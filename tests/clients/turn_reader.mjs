// What a client has of an answer: its text as the events say it, and their numbers, which rise from 1 by one until a
// snapshot stands for some of them.
import assert from 'node:assert/strict'

import { getEventMeta } from '@orpc/client'

export class TurnReader {
  numbers = []
  events = []
  text = ''

  constructor(iterator) {
    this.iterator = iterator
  }

  get last() { return this.events.at(-1) }
  get messageId() { return this.events[0].messageId }

  // The next event; false behind the last.
  async read() {
    const { done, value } = await this.iterator.next()
    if (done) return false
    this.#number(Number(getEventMeta(value).id), value.type)
    this.events.push(value)
    if (value.type === 'text') this.text += value.text
    if (value.type === 'snapshot') this.text = value.parts.map((part) => part.text).join('')
    return true
  }

  async readTo(text) {
    while (this.text !== text) assert.ok(await this.read(), `the answer ended with ${JSON.stringify(this.text)}`)
  }

  async readToEnd() {
    while (await this.read());
    return this
  }

  #number(number, type) {
    const before = this.numbers.at(-1) ?? 0
    if (type === 'snapshot' || this.last?.type === 'snapshot') assert.ok(number > before)
    else assert.equal(number, before + 1)
    this.numbers.push(number)
  }
}

export const textOf = (message) => message.parts.filter((part) => part.type === 'text').map((part) => part.text).join('')
