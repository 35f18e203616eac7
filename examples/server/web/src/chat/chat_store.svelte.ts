// One chat as it is shown: the path to its leaf, and the answer that comes.
import type { Chat } from '../api/client_shape'
import { type Fault, faultOf } from '../api/fault'
import { goOnFrom, readChat } from './calls'
import { deliveries, sending } from './deliveries.svelte'
import { LiveAnswer } from './live_answer.svelte'
import { OpenQuestions } from './open_questions.svelte'
import { isFinal, type Message } from './parts'
import { questionAndAnswer } from './provisional'
import type { Started } from './sending'
import { Tree } from './tree'
import { TreeReader } from './tree_reader'
import type { Source } from './turn_reader'

export type TurnNews = { what: 'started' | 'finished'; message: Message }

export class ChatStore {
  id = $state<string | null>(null)
  chat = $state.raw<Chat | null>(null)
  path = $state.raw<Message[]>([])
  live = $state.raw<LiveAnswer | null>(null)
  state = $state<'loading' | 'ready' | 'missing' | 'failed'>('ready')
  fault = $state.raw<Fault | null>(null)
  older = $state<'none' | 'more' | 'loading' | 'failed'>('none')
  aside = $state(false) // another path is shown than the one that the chat goes on from
  marked = $state<string | null>(null)
  version = $state(0) // of the tree
  readonly questions = new OpenQuestions()
  onturn: (news: TurnNews) => void = () => {}
  #leafId: string | null = null
  #tree = new Tree()
  #reader = new TreeReader(this.#tree, () => this.id as string, () => this.version++)
  #closed = false

  constructor(id: string | null) {
    this.id = id
    if (id !== null) this.state = 'loading'
  }

  async open(messageId: string | null): Promise<void> {
    if (this.id === null) return
    try {
      const [chat, head] = await Promise.all([readChat(this.id), this.#reader.path()])
      this.chat = chat
      await this.show(messageId, head[0]?.id ?? null)
      this.state = 'ready'
      if (head[0]) this.#follow(head[0])
    } catch (error) {
      this.fault = faultOf(error)
      this.state = this.fault.code === 'not_found' || this.fault.code === 'invalid_argument' ? 'missing' : 'failed'
    }
  }

  // A message that was searched for, among what was said before and, where that is not too far, behind it.
  async show(messageId: string | null, headId: string | null = this.chat?.headId ?? null): Promise<void> {
    this.marked = messageId
    if (messageId === null || (await this.#reader.reaches(headId, messageId))) return this.#turnTo(headId, false)
    await this.#reader.path(messageId)
    this.#turnTo(messageId, true)
  }

  close(): void {
    this.#closed = true
    if (!this.live || deliveries.items.some(({ chatId }) => chatId === this.id)) return
    this.live.leave()
    sending.setRunning(this.id as string, false)
  }

  // The chat was made for what is said first.
  adopt(chat: Chat): void {
    this.id = chat.id
    this.chat = chat
  }

  begun({ item, event, rest }: Started): boolean {
    if (event.chatId !== this.id || this.#closed) return false
    if (this.live?.messageId === event.messageId) {
      void rest.return?.()
      return true
    }
    const messages = questionAndAnswer(event, item, this.#tree, item.parentId ?? this.#leafId)
    for (const message of messages) this.#tree.put(message)
    this.#turnTo(event.messageId, false)
    this.#follow(messages.at(-1) as Message, { [Symbol.asyncIterator]: () => rest })
    return true
  }

  // Reads what may have changed elsewhere.
  async reread(): Promise<void> {
    if (this.id === null || this.#closed) return
    if (this.state !== 'ready') return this.open(this.marked)
    await this.#readChat()
    const leaf = this.#leafId === null ? undefined : this.#tree.get(this.#leafId)
    const isRunning = leaf !== undefined && !isFinal(leaf) && !this.live
    if (!this.aside && (this.chat?.headId !== this.#leafId || isRunning)) await this.readHead()
  }

  async readHead(): Promise<void> {
    const [head] = await this.#reader.path()
    if (!head || this.live) return this.#draw()
    this.#turnTo(this.aside ? this.#leafId : head.id, this.aside)
    this.#follow(head)
  }

  async readMessage(id: string, limit = 1): Promise<void> {
    await this.#reader.message(id, limit)
    this.#draw()
  }

  knows(messageId: string, revision: number | null): boolean {
    const known = this.#tree.get(messageId)
    return known !== undefined && revision !== null && known.revision >= revision
  }

  async readOlder(): Promise<void> {
    const oldest = this.path[0]
    const above = oldest && this.#tree.aboveOf(oldest)
    if (!above || this.older === 'loading') return
    this.older = 'loading'
    try {
      const page = await this.#reader.path(above)
      if (page.length === 0) this.older = 'none'
      else this.#draw()
    } catch {
      this.older = 'failed'
    }
  }

  siblings(id: string): string[] {
    void this.version
    return this.#tree.siblings(id)
  }

  async choose(id: string): Promise<void> {
    const leafId = this.#tree.leafBelow(id) ?? (await this.#reader.below(id))
    this.#turnTo(leafId, true)
    if (this.chat && this.live?.messageId !== leafId) this.chat = await goOnFrom(this.chat, leafId)
    this.aside = false
  }

  get leafId(): string | null {
    void this.version
    return this.#leafId
  }

  #turnTo(leafId: string | null, aside: boolean): void {
    this.#leafId = leafId
    this.aside = aside
    this.#draw()
  }

  #draw(): void {
    this.path = this.#tree.pathTo(this.#leafId)
    const oldest = this.path[0]
    this.older = oldest && this.#tree.aboveOf(oldest) !== null ? 'more' : 'none'
    this.questions.look(this.id, this.path)
    this.version++
  }

  #follow(message: Message, source: Source | null = null): void {
    if (isFinal(message) || this.#closed || this.live?.messageId === message.id) return
    this.live?.leave()
    this.live = new LiveAnswer(message)
    sending.setRunning(message.chatId, true)
    this.onturn({ what: 'started', message })
    void this.#read(this.live, source)
  }

  async #read(live: LiveAnswer, source: Source | null): Promise<void> {
    try {
      const finished = await live.read(source)
      if (this.live !== live || !finished) return
      const { state, reason, finishReason, usage, costMicrousd } = finished
      this.#tree.patch(live.messageId, { state, reason, finishReason, usage, costMicrousd, parts: live.parts })
    } catch (error) {
      if (this.live !== live) return
      this.fault = faultOf(error) // what is stored of it is read below
    }
    await this.#ended(live)
  }

  async #ended(live: LiveAnswer): Promise<void> {
    this.live = null
    this.#draw()
    const message = this.#tree.get(live.messageId)
    if (message) this.onturn({ what: 'finished', message })
    sending.setRunning(this.id as string, false)
    await Promise.allSettled([this.readMessage(live.messageId, 2), this.#readChat()]) // else events will say it again
  }

  async #readChat(): Promise<void> {
    const read = await readChat(this.id as string)
    if (!this.chat || this.chat.revision <= read.revision) this.chat = read
  }
}
