// The lists of chats of whoever is signed in, kept right by events: one row is read again, not everything.
import type { Chat, FollowedEvent, Page } from '../api/client_shape'
import { faultOf } from '../api/fault'
import { client } from '../api/link.svelte'
import { atSignOut } from '../api/session.svelte'
import { onEvent } from '../events/events'
import { place } from '../routes.svelte'
import { ChatRows } from './chat_rows'
import { ChatView, type ReadChats } from './chat_view.svelte'
import { OneByOne } from './one_by_one'
import { Turns } from './turns.svelte'

const openChat = (): string | null => (place.route.page === 'chat' ? place.route.chatId : null)

const all: ReadChats = (limit, cursor): Promise<Page<Chat>> => client.chat.getAll({ limit, cursor })
const putAway: ReadChats = (limit, cursor): Promise<Page<Chat>> => client.chat.getAll({ limit, cursor, archived: true })
const inFolder =
  (folderId?: string): ReadChats =>
  (limit, cursor): Promise<Page<Chat>> =>
    client.chat.getChatsByFolder({ folderId, limit, cursor })

class Chats {
  readonly turns = new Turns()
  #rows = new ChatRows()
  #version = $state(0)
  #changed = (): void => void (this.#version += 1)
  #folders = new Map<string, ChatView>()
  #single = new OneByOne((id) => this.#readRow(id), () => void this.#readAgain())

  readonly pinned = this.#view(all, (chat) => !chat.archived, (chat) => !chat.archived && chat.pinned)
  readonly loose = this.#view(
    inFolder(),
    (chat) => !chat.archived && chat.folderId === null,
    (chat) => !chat.archived && chat.folderId === null && !chat.pinned,
  )
  readonly archived = this.#view(putAway, (chat) => chat.archived)

  folder(id: string): ChatView {
    const known = this.#folders.get(id)
    if (known) return known
    const made = this.#view(inFolder(id), (chat) => !chat.archived && chat.folderId === id)
    this.#folders.set(id, made)
    return made
  }

  // For $derived: what is drawn from it follows every change.
  shown(view: ChatView): Chat[] {
    void this.#version
    return view.shown()
  }

  get(id: string): Chat | undefined {
    void this.#version
    return this.#rows.get(id)
  }

  titled(text: string, most: number): Chat[] {
    void this.#version
    return this.#rows.titled(text, most)
  }

  // The latest ones, wherever they are kept.
  latest(most: number): Chat[] {
    void this.#version
    const chats = this.#rows.list((chat) => !chat.archived, null)
    return chats.sort((one, other) => other.activeAt.getTime() - one.activeAt.getTime()).slice(0, most)
  }

  async open(): Promise<void> {
    await Promise.all([this.pinned.begin(), this.loose.begin()])
    await this.turns.lookAt(this.latest(8))
  }

  // Chats that are known by their ids alone; those that are gone are left out.
  async readRows(ids: string[]): Promise<void> {
    const unknown = ids.filter((id) => !this.#rows.get(id))
    await Promise.all(unknown.map((id) => this.#readRow(id)))
  }

  // A call that gives the chat as it is now: the lists have it at once.
  async change(call: () => Promise<Chat>): Promise<Chat> {
    const asOf = this.#rows.begin()
    const chat = await call()
    this.put(chat, asOf)
    return chat
  }

  put(chat: Chat, asOf = this.#rows.begin()): void {
    this.#rows.put(chat, asOf)
    this.#changed()
  }

  async readAgain(id: string): Promise<Chat | undefined> {
    await this.#readRow(id)
    return this.#rows.get(id)
  }

  remove(id: string): void {
    this.#rows.remove(id)
    this.turns.saw(id)
    this.#changed()
  }

  hear(event: FollowedEvent): void {
    if (event.type === 'ready' || event.type === 'reset') void this.#readAgain()
    else if (event.type === 'turn') this.turns.hear(event, openChat())
    else if (event.type === 'changed' && event.table === 'chats') this.#hearChat(event)
  }

  forget(): void {
    for (const view of this.#views()) view.forget()
    this.#folders.clear()
    this.#single.forget()
    this.turns.forget()
    this.#rows.forget()
    this.#changed()
  }

  #hearChat(event: FollowedEvent & { type: 'changed' }): void {
    if (event.change === 'removed') return this.remove(event.id)
    const known = this.#rows.get(event.id)
    if (known && event.revision !== null && event.revision <= known.revision) return
    this.#single.want(event.id)
  }

  async #readRow(id: string): Promise<void> {
    const asOf = this.#rows.begin()
    try {
      this.put(await client.chat.getById({ id }), asOf)
    } catch (error) {
      if (faultOf(error).code === 'not_found') this.remove(id)
    }
  }

  async #readAgain(): Promise<void> {
    const others = [this.archived, ...this.#folders.values()].filter((view) => view.state !== 'new')
    await Promise.all([this.pinned, this.loose, ...others].map((view) => view.again()))
    await this.turns.lookAt(this.latest(8))
  }

  #views(): ChatView[] {
    return [this.pinned, this.loose, this.archived, ...this.#folders.values()]
  }

  #view(read: ReadChats, holds: (chat: Chat) => boolean, shows = holds): ChatView {
    return new ChatView(this.#rows, read, holds, shows, this.#changed)
  }
}

export const chats = new Chats()

onEvent((event) => chats.hear(event))
atSignOut(() => chats.forget())
