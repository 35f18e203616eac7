// Asks for what stands beside the messages that are seen: a few at a time, as a screen full of them asks at once.
import type { Message } from './parts'

const atOnce = 3

export class AlternativesReader {
  #read: (id: string) => Promise<Message[]>
  #found: (messages: Message[]) => void
  #asked = new Set<string>()
  #waiting: string[] = []
  #running = 0

  constructor(read: (id: string) => Promise<Message[]>, found: (messages: Message[]) => void) {
    this.#read = read
    this.#found = found
  }

  want(id: string): void {
    if (this.#asked.has(id)) return
    this.#asked.add(id)
    this.#waiting.push(id)
    void this.#next()
  }

  forget(): void {
    this.#waiting = []
  }

  async #next(): Promise<void> {
    const id = this.#running < atOnce ? this.#waiting.shift() : undefined
    if (id === undefined) return
    this.#running++
    try {
      this.#found(await this.#read(id))
    } catch {
      this.#asked.delete(id) // whoever sees it again asks again
    } finally {
      this.#running--
      void this.#next()
    }
  }
}
