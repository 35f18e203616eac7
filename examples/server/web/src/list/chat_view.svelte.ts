// One list of chats, read page by page: the server's order, and how far it has been read.
import type { Chat, Page } from '../api/client_shape'
import { faultOf, isAborted, type Fault } from '../api/fault'
import type { ChatRows, Holds, Place } from './chat_rows'

export const pageSize = 50
const mostReadAgain = 4

export type ReadChats = (limit: number, cursor: string | undefined) => Promise<Page<Chat>>

export class ChatView {
  state = $state<'new' | 'reading' | 'read' | 'failed'>('new')
  fault = $state.raw<Fault | null>(null)
  #bound = $state.raw<Place | null>(null)
  #cursor = $state.raw<string | null>(null)
  #pages = $state(0)
  #generation = 0

  // `holds` is what the server lists; `shows` what of it is shown here.
  constructor(
    readonly rows: ChatRows,
    readonly read: ReadChats,
    readonly holds: Holds,
    readonly shows: Holds = holds,
    readonly changed: () => void,
  ) {}

  get hasRead(): boolean {
    return this.#pages > 0
  }

  // All of what was read is pinned, so there may be more of that.
  get endsPinned(): boolean {
    return this.#bound?.pinned ?? false
  }

  get isWhole(): boolean {
    return this.#pages > 0 && this.#cursor === null
  }

  shown(): Chat[] {
    if (this.#pages === 0) return []
    return this.rows.list(this.shows, this.#bound)
  }

  // The first page, once; what has failed is tried again by `more` or `again`.
  async begin(): Promise<void> {
    if (this.state === 'new') await this.more()
  }

  async more(): Promise<void> {
    if (this.state === 'reading' || this.isWhole) return
    await this.#readPages(this.#pages > 0 ? (this.#cursor ?? undefined) : undefined, this.#pages, this.#pages + 1)
  }

  // What is shown, anew. What was read far down is read again when it is scrolled to.
  async again(): Promise<void> {
    await this.#readPages(undefined, 0, Math.min(Math.max(this.#pages, 1), mostReadAgain))
  }

  forget(): void {
    this.#generation += 1
    this.#pages = 0
    this.#bound = this.#cursor = null
    this.state = 'new'
  }

  async #readPages(from: string | undefined, before: number, wanted: number): Promise<void> {
    const generation = ++this.#generation
    this.state = 'reading'
    let cursor = from
    let after = before > 0 ? this.#bound : null
    try {
      for (let pages = before; pages < wanted; ) {
        const asOf = this.rows.begin()
        const page = await this.read(pageSize, cursor)
        if (generation !== this.#generation) return
        this.rows.putPage({ items: page.items, after, isLast: page.nextCursor === null, holds: this.holds }, asOf)
        pages += 1
        after = placeOf(page.items.at(-1)) ?? after
        cursor = page.nextCursor ?? undefined
        if (page.nextCursor === null || pages === wanted) this.#stands(pages, page.nextCursor, after)
        this.changed()
        if (page.nextCursor === null) break
      }
      this.state = 'read'
      this.fault = null
    } catch (error) {
      if (generation !== this.#generation || isAborted(error)) return
      this.state = 'failed'
      this.fault = faultOf(error)
    }
  }

  #stands(pages: number, cursor: string | null, last: Place | null): void {
    this.#pages = pages
    this.#cursor = cursor
    this.#bound = cursor === null ? null : last
  }
}

const placeOf = (chat: Chat | undefined): Place | null =>
  chat ? { id: chat.id, pinned: chat.pinned, activeAt: chat.activeAt } : null
