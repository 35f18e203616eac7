// A short list that is read whole, and again when an event says that something of its table has changed.
import { faultOf, type Fault } from '../api/fault'
import { atSignOut } from '../api/session.svelte'
import { onEvent } from '../events/events'

export class WholeList<Item> {
  items = $state.raw<Item[]>([])
  fault = $state.raw<Fault | null>(null)
  isRead = $state(false)
  #isAsked = false
  #isWanted = false
  #isReading = false
  #generation = 0

  constructor(
    table: string,
    readonly read: () => Promise<Item[]>,
  ) {
    onEvent((event) => {
      const isOurs = event.type === 'changed' && event.table === table
      if (this.#isAsked && (isOurs || event.type === 'ready' || event.type === 'reset')) void this.again()
    })
    atSignOut(() => this.forget())
  }

  async open(): Promise<void> {
    this.#isAsked = true
    if (!this.isRead) await this.again()
  }

  // However often it is asked for meanwhile, it is read once more behind the read that runs.
  async again(): Promise<void> {
    this.#isWanted = true
    if (this.#isReading) return
    this.#isReading = true
    while (this.#isWanted) {
      this.#isWanted = false
      await this.#readOnce()
    }
    this.#isReading = false
  }

  forget(): void {
    this.#generation += 1
    this.items = []
    this.isRead = false
  }

  async #readOnce(): Promise<void> {
    const generation = this.#generation
    try {
      const items = await this.read()
      if (generation !== this.#generation) return
      this.items = items
      this.isRead = true
      this.fault = null
    } catch (error) {
      if (generation === this.#generation) this.fault = faultOf(error)
    }
  }
}
