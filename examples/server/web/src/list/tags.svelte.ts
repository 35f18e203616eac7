// The tags of whoever is signed in, and the chats that have the one by which the list is narrowed down.
import type { Chat, Page } from '../api/client_shape'
import { faultOf, type Fault } from '../api/fault'
import { client } from '../api/link.svelte'
import { readAll } from '../api/read_all'
import { atSignOut } from '../api/session.svelte'
import { onEvent } from '../events/events'
import { byActivity } from './chat_rows'
import { chats } from './chats.svelte'
import { WholeList } from './whole_list.svelte'

export type Tag = { id: string; name: string; colour: string | null; revision: number }
type Tagged = { chatId: string }

const pageSize = 30

class Tags {
  readonly list = new WholeList<Tag>('tags', () => readAll<Tag>((page) => client.tag.getAll(page)))
  chosen = $state<string | null>(null)
  fault = $state.raw<Fault | null>(null)
  isReading = $state(false)
  #ids = $state.raw<string[]>([])
  #cursor = $state.raw<string | null>(null)

  get hasMore(): boolean {
    return this.#cursor !== null
  }

  shown(): Chat[] {
    const found = this.#ids.map((id) => chats.get(id)).filter((chat) => chat !== undefined)
    return found.sort(byActivity)
  }

  async choose(id: string | null): Promise<void> {
    this.chosen = this.chosen === id ? null : id
    this.#ids = []
    this.#cursor = null
    if (this.chosen) await this.#read(this.chosen, undefined, pageSize)
  }

  async more(): Promise<void> {
    if (this.chosen && this.#cursor !== null) await this.#read(this.chosen, this.#cursor, pageSize)
  }

  // As many as are shown, anew.
  async again(): Promise<void> {
    if (this.chosen) await this.#read(this.chosen, undefined, Math.min(200, Math.max(pageSize, this.#ids.length)))
  }

  forget(): void {
    this.chosen = null
    this.#ids = []
    this.#cursor = null
  }

  async #read(id: string, cursor: string | undefined, limit: number): Promise<void> {
    this.isReading = true
    try {
      const page: Page<Tagged> = await client.tag.getSubjects({ id, limit, cursor })
      const found = page.items.map((one) => one.chatId)
      await chats.readRows(found)
      if (id !== this.chosen) return
      this.#ids = cursor ? [...new Set([...this.#ids, ...found])] : found
      this.#cursor = page.nextCursor
      this.fault = null
    } catch (error) {
      if (id !== this.chosen) return
      this.fault = faultOf(error)
      if (this.fault.code === 'not_found') this.forget()
    } finally {
      this.isReading = false
    }
  }
}

export const tags = new Tags()

onEvent((event) => {
  const isTagging = event.type === 'changed' && (event.table === 'taggings' || event.table === 'tags')
  if (isTagging || event.type === 'ready' || event.type === 'reset') void tags.again()
})
atSignOut(() => tags.forget())
