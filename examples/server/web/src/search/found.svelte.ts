// What a search has found, page by page.
import { faultOf, isAborted, type Fault } from '../api/fault'
import { client } from '../api/link.svelte'
import { inputOf, type Found, type Hit, type Query, type SearchInput } from './query'

const pageSize = 20

export class Finding {
  state = $state<'idle' | 'asking' | 'found' | 'failed'>('idle')
  hits = $state.raw<Hit[]>([])
  partial = $state(false)
  indexedSince = $state.raw<Date | null>(null)
  fault = $state.raw<Fault | null>(null)
  #cursor = $state.raw<string | null>(null)
  #input: SearchInput | null = null
  #asked: AbortController | undefined

  get hasMore(): boolean {
    return this.#cursor !== null
  }

  async ask(query: Query): Promise<void> {
    this.drop()
    if (query.text.trim() === '') {
      this.state = 'idle'
      this.hits = []
      return
    }
    this.#input = inputOf(query, new Date(), pageSize)
    const found = await this.#read(this.#input)
    if (!found) return
    this.hits = found.items
    this.partial = found.partial
    this.indexedSince = found.indexedSince
  }

  async more(): Promise<void> {
    if (!this.#input || this.#cursor === null || this.state === 'asking') return
    const found = await this.#read({ ...this.#input, cursor: this.#cursor })
    if (!found) return
    const known = new Set(this.hits.map((hit) => hit.id))
    this.hits = [...this.hits, ...found.items.filter((hit) => !known.has(hit.id))]
    this.partial ||= found.partial
  }

  drop(): void {
    this.#asked?.abort()
    this.#asked = undefined
  }

  async #read(input: SearchInput & { cursor?: string }): Promise<Found | null> {
    const asked = new AbortController()
    this.#asked = asked
    this.state = 'asking'
    try {
      const found: Found = await client.search.query(input, { signal: asked.signal })
      if (asked.signal.aborted) return null
      this.state = 'found'
      this.fault = null
      this.#cursor = found.nextCursor
      return found
    } catch (error) {
      if (asked.signal.aborted || isAborted(error)) return null
      this.state = 'failed'
      this.fault = faultOf(error)
      return null
    }
  }
}
