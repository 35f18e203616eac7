// An answer while it comes, drawn once a frame at most.
import { faultOf } from '../api/fault'
import { numberOf, resumeTurn } from './calls'
import { onceAFrame } from './frames'
import type { Message, Part } from './parts'
import { type Approval, type Finished, Turn } from './turn'
import { readTurn, type Source } from './turn_reader'

// Of the server's words for "no" only these are about the moment.
const passing = new Set(['offline', 'unavailable', 'rate_limited', 'deadline_exceeded', 'internal', 'cancelled'])
const longestWait = 2_500

export class LiveAnswer {
  readonly messageId: string
  parts = $state.raw<Part[]>([])
  approvals = $state.raw<Approval[]>([])
  #turn: Turn
  #leaving = new AbortController()

  constructor({ id, parts }: Message) {
    this.messageId = id
    this.parts = parts
    this.#turn = new Turn(id, parts)
  }

  // Null when it was left before its end.
  async read(source: Source | null): Promise<Finished | null> {
    const drawing = onceAFrame(() => this.#draw())
    const ways = { resume: resumeTurn, numberOf, changed: drawing.ask, isLost, wait }
    try {
      await readTurn(this.#turn, source, ways, this.#leaving.signal)
    } finally {
      drawing.cancel()
      this.#draw()
    }
    return this.#turn.finished
  }

  leave(): void {
    this.#leaving.abort()
  }

  #draw(): void {
    this.parts = this.#turn.parts()
    this.approvals = this.#turn.approvals()
  }
}

const isLost = (error: unknown): boolean => passing.has(faultOf(error).code)

function wait(attempt: number, signal: AbortSignal): Promise<void> {
  const pause = Math.min(250 * 2 ** (attempt - 1), longestWait) * (0.75 + Math.random() / 2)
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pause)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
