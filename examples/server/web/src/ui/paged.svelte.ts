// A list that comes by pages: what has come so far, whether there is more, and what went wrong on the way.
import type { Page, PageRequest } from '../api/client_shape'
import { faultOf, type Fault } from '../api/fault'

export class Paged<Item> {
  items = $state.raw<Item[]>([])
  fault = $state.raw<Fault | null>(null)
  reading = $state(false)
  known = $state(false) // a first page has come
  damaged = $state(0) // rows that the server could not read and left out
  #next = $state<string | null>(null)
  #round = 0
  readonly #read: (which: PageRequest) => Promise<Page<Item>>
  readonly #size: number

  constructor(read: (which: PageRequest) => Promise<Page<Item>>, size = 25) {
    this.#read = read
    this.#size = size
  }

  get hasMore(): boolean {
    return this.#next !== null
  }

  // From the beginning; what is shown stays until the new page is there.
  again(): Promise<void> {
    return this.#take(null)
  }

  async more(): Promise<void> {
    if (this.#next !== null && !this.reading) await this.#take(this.#next)
  }

  // What the server said of a change: no page needs to be read for it.
  put(item: Item): void {
    this.items = [item, ...this.items]
  }

  replace(isIt: (item: Item) => boolean, by: Item): void {
    this.items = this.items.map((item) => (isIt(item) ? by : item))
  }

  drop(isIt: (item: Item) => boolean): void {
    this.items = this.items.filter((item) => !isIt(item))
  }

  async #take(cursor: string | null): Promise<void> {
    const round = ++this.#round
    this.reading = true
    this.fault = null
    try {
      const page = await this.#read(cursor === null ? { limit: this.#size } : { limit: this.#size, cursor })
      if (round !== this.#round) return
      this.items = cursor === null ? page.items : [...this.items, ...page.items]
      this.damaged = (cursor === null ? 0 : this.damaged) + (page.damaged ?? 0)
      this.#next = page.nextCursor
      this.known = true
    } catch (error) {
      if (round === this.#round) this.fault = faultOf(error)
    } finally {
      if (round === this.#round) this.reading = false
    }
  }
}
