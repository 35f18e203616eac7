// In which chats an answer is being written, and in which one has ended that nobody has looked at yet.
import { SvelteMap, SvelteSet } from 'svelte/reactivity'

import { client } from '../api/link.svelte'
import type { Chat, FollowedEvent, Message, Page } from '../api/client_shape'

// As many turns as one user may have at once; older chats have none that still runs.
const most = 8
const lately = 15 * 60_000

export class Turns {
  #running = new SvelteMap<string, string>() // by the answer
  #unseen = new SvelteSet<string>()

  isRunning(chatId: string): boolean {
    for (const chat of this.#running.values()) if (chat === chatId) return true
    return false
  }

  isUnseen(chatId: string): boolean {
    return this.#unseen.has(chatId)
  }

  saw(chatId: string): void {
    this.#unseen.delete(chatId)
  }

  hear(event: FollowedEvent & { type: 'turn' }, openChat: string | null): void {
    if (event.chatId === null) return
    if (event.state === 'started') {
      this.#running.set(event.messageId, event.chatId)
      return
    }
    const wasRunning = this.#running.delete(event.messageId)
    if (wasRunning && event.chatId !== openChat) this.#unseen.add(event.chatId)
  }

  // Nobody tells of turns that began before one listened, or ended while one did not: the ends of the latest chats are
  // looked at, and of those that are marked.
  async lookAt(chats: Chat[], now = Date.now()): Promise<void> {
    const recent = chats.filter((chat) => chat.headId !== null && now - chat.activeAt.getTime() < lately).slice(0, most)
    const marked = new Set(this.#running.keys())
    const ids = new Set([...recent.map((chat) => chat.id), ...this.#running.values()])
    await Promise.allSettled([...ids].map((id) => this.#lookAt(id, marked)))
  }

  forget(): void {
    this.#running.clear()
    this.#unseen.clear()
  }

  async #lookAt(chatId: string, marked: Set<string>): Promise<void> {
    const page: Page<Message> = await client.message.list({ chatId, limit: 1 })
    const last = page.items[0]
    if (last?.role === 'assistant' && (last.state === 'pending' || last.state === 'streaming')) {
      this.#running.set(last.id, chatId)
      return
    }
    for (const id of marked) if (this.#running.get(id) === chatId) this.#running.delete(id)
  }
}
