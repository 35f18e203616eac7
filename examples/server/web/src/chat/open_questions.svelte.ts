// Questions about tools that nobody answered before their turn ended, with a server that stopped. Those of a turn that
// runs are in its events.
import { type OpenQuestion, readOpenQuestions, type Verdict } from './calls'
import type { Message } from './parts'

export class OpenQuestions {
  items = $state.raw<OpenQuestion[]>([])
  #cut = '' // the answers that may have some, as they were looked at last
  #allowed = new Set<string>()

  // Only an answer that was cut off has any.
  look(chatId: string | null, path: Message[]): void {
    const cut = path.flatMap(({ id, state }) => (state === 'incomplete' ? id : [])).join()
    if (cut === this.#cut) return
    this.#cut = cut
    this.items = []
    if (chatId !== null) void this.read(chatId)
  }

  async read(chatId: string): Promise<void> {
    if (this.#cut === '') return
    try {
      this.items = await readOpenQuestions(chatId)
    } catch {
      // Whoever comes back to the server reads them again.
    }
  }

  of(messageId: string): OpenQuestion[] {
    return this.items.filter((one) => one.messageId === messageId)
  }

  // True when the answer can be asked for again: nothing of it is open any more, and something was allowed.
  decided(messageId: string, callId: string, verdict: Verdict): boolean {
    this.items = this.items.filter((one) => one.messageId !== messageId || one.callId !== callId)
    if (verdict !== 'deny') this.#allowed.add(messageId)
    return this.#allowed.has(messageId) && this.of(messageId).length === 0
  }
}
