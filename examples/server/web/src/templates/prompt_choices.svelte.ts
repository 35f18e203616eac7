// Kept prompts to choose from, by what is typed: words of name and description, or "/command".
import type { Page } from '../api/client_shape'
import { faultOf, type Fault } from '../api/fault'
import { client } from '../api/link.svelte'
import { foundByCommand, foundByWords } from './prompt_search'
import type { Template } from './shape'

const pause = 200
const mostPages = 3 // of 100: whoever has more searches for words

export class PromptChoices {
  text = $state('')
  fault = $state.raw<Fault | null>(null)
  isReading = $state(true)
  #all = $state.raw<Template[]>([])
  #isWhole = $state(true)
  #asked = $state.raw<Template[] | null>(null) // what the server found, where not all are at hand
  #waiting: ReturnType<typeof setTimeout> | undefined

  readonly found = $derived.by(() => {
    const text = this.text.trim()
    if (text.startsWith('/')) return foundByCommand(this.#all, text)
    return this.#asked ?? foundByWords(this.#all, text)
  })

  constructor(text = '') {
    this.text = text
  }

  async read(): Promise<void> {
    this.isReading = true
    try {
      let cursor: string | null = null
      const all: Template[] = []
      for (let page = 0; page < mostPages; ++page) {
        const read: Page<Template> = await client.prompt.getAll({ limit: 100, ...(cursor === null ? {} : { cursor }) })
        all.push(...read.items)
        cursor = read.nextCursor
        if (cursor === null) break
      }
      this.#all = all
      this.#isWhole = cursor === null
      this.fault = null
    } catch (error) {
      this.fault = faultOf(error)
    } finally {
      this.isReading = false
    }
  }

  search(text: string): void {
    this.text = text
    this.#asked = null
    clearTimeout(this.#waiting)
    const words = text.trim()
    if (this.#isWhole || words === '' || words.startsWith('/')) return
    this.#waiting = setTimeout(() => void this.#ask(words), pause)
  }

  async #ask(words: string): Promise<void> {
    try {
      const { items }: Page<Template> = await client.prompt.search({ text: words, limit: 50 })
      if (words === this.text.trim()) this.#asked = items
    } catch {
      // What is at hand is searched all the same.
    }
  }
}
