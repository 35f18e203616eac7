// What was said and not yet taken by the server: kept over reloads, lost networks and killed servers. An entry's id is its
// idempotency key, so however often it is sent it happens once.
import type { Fault } from '../api/fault'
import type { Part } from './parts'

export type Action = { type: 'send' } | { type: 'edit' | 'regenerate' | 'continue'; messageId: string }
export type PromptUse = { id: string; values: Record<string, unknown> }
export type SendOptions = {
  model?: string
  temperature?: number
  topP?: number
  maxTokens?: number
  tools?: string[]
  maxSteps?: number
  prompt?: PromptUse
}

export type OutboxItem = {
  id: string
  userId: string
  tenantId: string
  chatId: string | null // none: the chat is made with it
  newChat: { model: string; title: string } | null
  parentId: string | null // what it answers, where that is not what the chat goes on from by itself
  isPlaced?: boolean // the chat goes on from there now
  action: Action
  text: string
  parts: Part[] // pictures; the text comes last
  how: SendOptions
  queued: boolean // waits for the answer that runs
  createdAt: number
  trouble: Fault | null // why it waits
  refused: Fault | null // why it will not be sent again by itself
}

export type NewChatItem = OutboxItem & { newChat: NonNullable<OutboxItem['newChat']> }
export type PlacedItem = OutboxItem & { chatId: string }

// One for all tabs of the browser.
export interface OutboxStorage {
  load(): Promise<OutboxItem[]>
  put(item: OutboxItem): Promise<void>
  replace(item: OutboxItem): Promise<void> // nothing where it is no longer there
  remove(id: string): Promise<void>
  clear(): Promise<void>
}

export const maxOutboxItems = 50

export class Outbox {
  #storage: OutboxStorage
  #tellTabs: (removed: string) => void
  #items: OutboxItem[] = []
  #removed = new Set<string>()
  #listeners = new Set<() => void>()

  constructor(storage: OutboxStorage, tellTabs: (removed: string) => void = () => {}) {
    this.#storage = storage
    this.#tellTabs = tellTabs
  }

  get items(): readonly OutboxItem[] {
    return this.#items
  }

  get isFull(): boolean {
    return this.#items.length >= maxOutboxItems
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  // What an earlier visit left; what has been said since stands behind it.
  async load(): Promise<void> {
    const left = await this.#storage.load()
    const known = new Set([...this.#removed, ...this.#items.map(({ id }) => id)])
    this.#items = [...left.filter(({ id }) => !known.has(id)), ...this.#items]
    this.#items.sort((a, b) => a.createdAt - b.createdAt)
    this.#tell()
  }

  // Resolves once it would survive a reload.
  async add(item: OutboxItem): Promise<void> {
    this.#items = [...this.#items, item]
    this.#tell()
    await this.#storage.put(item)
  }

  async change(id: string, changes: Partial<OutboxItem>): Promise<void> {
    const known = this.find(id)
    if (!known) return
    const changed = { ...known, ...changes }
    this.#items = this.#items.map((item) => (item.id === id ? changed : item))
    this.#tell()
    await this.#storage.replace(changed)
  }

  async remove(id: string): Promise<void> {
    if (!this.find(id)) return
    this.removedElsewhere(id)
    this.#tellTabs(id)
    await this.#storage.remove(id)
  }

  // Another tab has sent it, or somebody took it back there: sent from here it would come back.
  removedElsewhere(id: string): void {
    this.#removed.add(id)
    this.#items = this.#items.filter((item) => item.id !== id)
    this.#tell()
  }

  async clear(): Promise<void> {
    this.#items = []
    this.#tell()
    await this.#storage.clear()
  }

  find(id: string): OutboxItem | undefined {
    return this.#items.find((item) => item.id === id)
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

// A page that was not loaded over https has no randomUUID.
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
