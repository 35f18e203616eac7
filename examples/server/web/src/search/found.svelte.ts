// What a search has found, page by page.
import type { Page } from '../api/client_shape'
import { faultOf, isAborted, type Fault } from '../api/fault'
import { client } from '../api/link.svelte'
import { inputOf, type Found, type Hit, type Query, type SearchInput } from './query'
import { hitOf, isWithin, type Template } from './templates'

const pageSize = 20
const fewTemplates = 3 // in front of everything else

type Asked = { kind: Query['kind']; input: SearchInput; cursor?: string }

async function templates({ input, cursor }: Asked, limit: number, signal: AbortSignal): Promise<Found> {
  const page: Page<Template> = await client.prompt.search({ text: input.text, limit, cursor }, { signal })
  const items = page.items.filter((one) => isWithin(one, input)).map((one) => hitOf(one, input.text))
  return { items, nextCursor: page.nextCursor, partial: false, indexedSince: null }
}

async function find(asked: Asked, signal: AbortSignal): Promise<Found> {
  if (asked.kind === 'template') return templates(asked, pageSize, signal)
  const { input, cursor } = asked
  const rest: Promise<Found> = client.search.query({ ...input, cursor }, { signal })
  if (asked.kind !== 'everything' || cursor) return rest
  const [few, found] = await Promise.all([templates(asked, fewTemplates, signal).catch(() => null), rest])
  return { ...found, items: [...(few?.items ?? []), ...found.items] }
}

export class Finding {
  state = $state<'idle' | 'asking' | 'found' | 'failed'>('idle')
  hits = $state.raw<Hit[]>([])
  partial = $state(false)
  indexedSince = $state.raw<Date | null>(null)
  fault = $state.raw<Fault | null>(null)
  #cursor = $state.raw<string | null>(null)
  #what: Asked | null = null
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
    this.#what = { kind: query.kind, input: inputOf(query, new Date(), pageSize) }
    const found = await this.#read(this.#what)
    if (!found) return
    this.hits = found.items
    this.partial = found.partial
    this.indexedSince = found.indexedSince
  }

  async more(): Promise<void> {
    if (!this.#what || this.#cursor === null || this.state === 'asking') return
    const found = await this.#read({ ...this.#what, cursor: this.#cursor })
    if (!found) return
    const known = new Set(this.hits.map((hit) => hit.id))
    this.hits = [...this.hits, ...found.items.filter((hit) => !known.has(hit.id))]
    this.partial ||= found.partial
  }

  drop(): void {
    this.#asked?.abort()
    this.#asked = undefined
  }

  async #read(what: Asked): Promise<Found | null> {
    const asked = new AbortController()
    this.#asked = asked
    this.state = 'asking'
    try {
      const found = await find(what, asked.signal)
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
