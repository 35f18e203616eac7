// What is being written, and where it goes when it is sent.
import { atSignOut, session } from '../api/session.svelte'
import { callSettings } from '../chat_settings/call_options.svelte'
import type { ChatStore } from './chat_store.svelte'
import { deliveries, outbox, post } from './deliveries.svelte'
import { Drafts } from './drafts'
import type { Picture } from './images'
import type { OutboxItem, SendOptions } from './outbox'
import { captionPart, type Part, stepsOf } from './parts'
import { titleOf } from './said'

export type PickedPrompt = { id: string; name: string; values: Record<string, unknown>; asks: boolean }
export type Problem = 'noModel' | 'tooLong' | 'outboxFull' | 'queueFull'

const maxCharacters = 1_000_000 // the server takes 1 MiB

// A browser that forbids storage throws where it is named, so that is done only when it is used.
const drafts = new Drafts({
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, value),
  removeItem: (key) => localStorage.removeItem(key),
})
atSignOut(() => drafts.clear())

export class ComposerState {
  text = $state('')
  pictures = $state.raw<Picture[]>([])
  prompt = $state.raw<PickedPrompt | null>(null)
  problem = $state<Problem | null>(null)
  #draft = ''

  // The draft of another chat, or of a new one.
  turnTo(chatId: string | null): void {
    this.#draft = chatId ?? 'new'
    this.text = drafts.read(this.#draft)
    this.pictures = []
    this.prompt = null
    this.problem = null
  }

  // The chat was made for what is being sent; what is written meanwhile stays.
  nowOf(chatId: string): void {
    drafts.write('new', '')
    this.#draft = chatId
    this.keep()
  }

  keep(): void {
    if (this.#draft && session.user) drafts.write(this.#draft, this.text)
  }

  get isEmpty(): boolean {
    return this.text.trim() === '' && this.pictures.length === 0 && !this.prompt?.asks
  }

  get parts(): Part[] {
    return this.pictures.flatMap(({ url, description }): Part[] => {
      const picture: Part = { type: 'image', url }
      return description.trim() ? [picture, captionPart(description.trim())] : [picture]
    })
  }

  options(chatId: string | null): SendOptions {
    const { prompt } = this
    return { ...callSettings(chatId ?? 'new'), ...(prompt ? { prompt: { id: prompt.id, values: prompt.values } } : {}) }
  }

  // False when it stays in the composer; `problem` says why.
  async send(store: ChatStore, model: string, title: string): Promise<boolean> {
    this.problem = model === '' ? 'noModel' : this.#problemIn(store)
    if (this.isEmpty || this.problem) return false
    const parts = this.parts
    const entry = {
      chatId: store.id,
      newChat: store.id === null ? { model, title: titleOf(this.text) || title } : null,
      parentId: store.aside ? store.leafId : null,
      action: { type: 'send' as const },
      text: this.text.trim(),
      parts,
      how: this.options(store.id),
      queued: store.live !== null,
    }
    this.clear()
    await post(entry)
    return true
  }

  clear(): void {
    this.text = ''
    this.pictures = []
    this.prompt = null
    this.keep()
  }

  // What was on its way comes back, in front of what has been written since.
  async takeBack(item: OutboxItem): Promise<void> {
    await outbox.remove(item.id)
    this.text = [item.text, this.text].filter((text) => text !== '').join('\n\n')
    const pictures = stepsOf(item.parts).filter((step) => step.kind === 'image')
    const kept = pictures.map(({ url, caption }, at) => ({ key: -at - 1, url, name: '', description: caption }))
    this.pictures = [...kept, ...this.pictures]
    this.keep()
  }

  #problemIn(store: ChatStore): Problem | null {
    const characters = this.text.length + this.parts.reduce((sum, part) => sum + ('url' in part ? part.url.length : 0), 0)
    if (characters > maxCharacters) return 'tooLong'
    if (outbox.isFull) return 'outboxFull'
    const waiting = deliveries.items.some(({ chatId, queued }) => chatId === store.id && queued)
    return waiting && store.live ? 'queueFull' : null
  }
}
