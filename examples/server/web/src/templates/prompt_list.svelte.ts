// The kept prompts that are listed: own ones and shared ones, page by page.
import { faultOf, type Fault } from '../api/fault'
import { client } from '../api/link.svelte'
import type { Page } from '../api/client_shape'
import { session } from '../api/session.svelte'
import type { Counts, Template } from './shape'

export type Shown = 'all' | 'own' | 'shared'

const pageSize = 50
const pause = 250 // of typing, before it is searched for

export class PromptList {
  text = $state('')
  shown = $state<Shown>('all')
  category = $state<string | null>(null)
  items = $state.raw<Template[]>([])
  counts = $state.raw<Counts | null>(null)
  fault = $state.raw<Fault | null>(null)
  isReading = $state(true)
  #cursor = $state<string | null>(null)
  #asked = 0
  #waiting: ReturnType<typeof setTimeout> | undefined

  readonly hasMore = $derived(this.#cursor !== null)
  readonly visible = $derived(this.shown === 'own' ? this.items.filter((one) => one.ownerId === session.user?.id) : this.items)

  search(text: string): void {
    this.text = text
    clearTimeout(this.#waiting)
    this.#waiting = setTimeout(() => void this.read(), pause)
  }

  show(shown: Shown, category: string | null): void {
    this.shown = shown
    this.category = category
    void this.read()
  }

  async read(): Promise<void> {
    await this.#take(null)
  }

  async more(): Promise<void> {
    if (this.#cursor !== null) await this.#take(this.#cursor)
  }

  async count(): Promise<void> {
    try {
      this.counts = await client.prompt.getCounts()
    } catch {
      this.counts = null // the list says what is wrong
    }
  }

  async #take(cursor: string | null): Promise<void> {
    const asked = ++this.#asked
    this.isReading = true
    try {
      const page = await this.#ask(cursor)
      if (asked !== this.#asked) return
      this.items = cursor === null ? page.items : [...this.items, ...page.items]
      this.#cursor = page.nextCursor
      this.fault = null
    } catch (error) {
      if (asked === this.#asked) this.fault = faultOf(error)
    } finally {
      if (asked === this.#asked) this.isReading = false
    }
  }

  async #ask(cursor: string | null): Promise<Page<Template>> {
    const page = { limit: pageSize, ...(cursor === null ? {} : { cursor }) }
    const text = this.text.trim()
    if (text !== '') {
      const found: Page<Template> = await client.prompt.search({ text, ...page })
      return { ...found, items: found.items.filter((one) => this.#fits(one)) }
    }
    const which = { ...page, ...(this.category === null ? {} : { category: this.category }) }
    return this.shown === 'shared' ? client.prompt.getPublicTemplates(which) : client.prompt.getAll(which)
  }

  #fits(one: Template): boolean {
    return (this.category === null || one.category === this.category) && (this.shown !== 'shared' || one.visibility === 'tenant')
  }
}
