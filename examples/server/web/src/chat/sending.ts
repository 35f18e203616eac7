// Takes what is in the outbox to the server: of each chat one after the other, again and again where nobody answered, and
// never twice (the server knows an entry by its key).
import type { Chat, TurnEvent } from '../api/client_shape'
import type { Fault } from '../api/fault'
import type { NewChatItem, Outbox, OutboxItem, PlacedItem } from './outbox'

export type Started = { item: OutboxItem; event: Extract<TurnEvent, { type: 'started' }>; rest: AsyncIterator<TurnEvent> }

export type Ports = {
  createChat: (item: NewChatItem) => Promise<Chat>
  goOnFrom: (item: OutboxItem) => Promise<void> // from item.parentId
  open: (item: PlacedItem) => Promise<AsyncIterator<TurnEvent>>
  isTooOld: (item: OutboxItem) => boolean // the server may have forgotten its key
  faultOf: (error: unknown) => Fault
  chatMade: (item: OutboxItem, chat: Chat) => void
  started: (turn: Started) => void
  later: (milliseconds: number, run: () => void) => void
  mayDeliver: (item: OutboxItem) => boolean // it is of whoever is signed in
}

// Asking again may help, and does not happen twice.
const passing = new Set(['offline', 'unavailable', 'rate_limited', 'deadline_exceeded', 'cancelled', 'unauthenticated'])
const tooOld: Fault = { code: 'waited_too_long', message: '', retryAfterMs: null, issues: [] }
const longestWait = 15_000
const mostConflicts = 10

export class Sending {
  #outbox: Outbox
  #ports: Ports
  #busy = new Set<string>() // by chat: something is on its way
  #running = new Set<string>() // chats in which an answer comes
  #attempts = new Map<string, number>()
  #notBefore = new Map<string, number>()
  #now: () => number

  constructor(outbox: Outbox, ports: Ports, now: () => number = () => performance.now()) {
    this.#outbox = outbox
    this.#ports = ports
    this.#now = now
    outbox.onChange(() => this.pump())
  }

  // An answer runs in the chat, or no longer: what is queued waits for that.
  setRunning(chatId: string, running: boolean): void {
    if (running) this.#running.add(chatId)
    else if (this.#running.delete(chatId)) this.pump()
  }

  isBusy(chatId: string): boolean {
    return this.#busy.has(chatId)
  }

  // The connection is back, or somebody asks for it: nothing waits any longer.
  hurry(): void {
    this.#notBefore.clear()
    this.pump()
  }

  pump(): void {
    const seen = new Set<string>()
    for (const item of this.#outbox.items) {
      const chat = lane(item)
      if (seen.has(chat) || item.refused) continue
      seen.add(chat)
      if (this.#mayGo(item)) void this.#deliver(item)
    }
  }

  #mayGo(item: OutboxItem): boolean {
    const chat = lane(item)
    if (this.#busy.has(chat) || this.#running.has(chat) || !this.#ports.mayDeliver(item)) return false
    return (this.#notBefore.get(item.id) ?? 0) <= this.#now()
  }

  async #deliver(item: OutboxItem): Promise<void> {
    const chat = lane(item)
    this.#busy.add(chat)
    try {
      await this.#send(item)
      this.#attempts.delete(item.id)
    } catch (error) {
      await this.#failed(item, this.#ports.faultOf(error))
    } finally {
      this.#busy.delete(chat)
      this.pump()
    }
  }

  // Each step that is done is kept: one that was not heard of is done again, those before it are not.
  async #send(item: OutboxItem): Promise<void> {
    if (this.#ports.isTooOld(item)) return this.#outbox.change(item.id, { refused: tooOld, trouble: null, queued: false })
    const { chatId, newChat } = item
    if (chatId === null) {
      if (newChat === null) throw new Error('said in no chat, and in no new one')
      const chat = await this.#ports.createChat({ ...item, newChat })
      this.#ports.chatMade(item, chat)
      return this.#outbox.change(item.id, { chatId: chat.id, newChat: null })
    }
    if (item.parentId !== null && !item.isPlaced) {
      await this.#ports.goOnFrom(item)
      return this.#outbox.change(item.id, { isPlaced: true })
    }
    const rest = await this.#ports.open({ ...item, chatId })
    const { value: event, done } = await rest.next()
    if (done || event.type !== 'started') throw new Error('a turn without a beginning')
    this.#running.add(chatId)
    this.#ports.started({ item, event, rest })
    await this.#outbox.remove(item.id)
  }

  async #failed(item: OutboxItem, fault: Fault): Promise<void> {
    const attempt = (this.#attempts.get(item.id) ?? 0) + 1
    this.#attempts.set(item.id, attempt)
    const waitsForTurn = fault.code === 'conflict' && attempt <= mostConflicts
    if (!passing.has(fault.code) && !waitsForTurn) {
      this.#attempts.delete(item.id)
      return this.#outbox.change(item.id, { refused: fault, trouble: null, queued: false })
    }
    const pause = fault.retryAfterMs ?? Math.min(500 * 2 ** Math.min(attempt, 6), longestWait)
    this.#notBefore.set(item.id, this.#now() + pause)
    this.#ports.later(pause + 1, () => this.pump())
    await this.#outbox.change(item.id, { trouble: fault })
  }
}

// What goes one after the other.
const lane = (item: OutboxItem): string => item.chatId ?? item.id
