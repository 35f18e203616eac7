// Reads one turn to its end, over lost connections: from the number of the last event on.
import type { TurnEvent } from '../api/client_shape'
import type { Turn } from './turn'

export type Source = AsyncIterable<TurnEvent>

export type Ways = {
  resume: (messageId: string, after: number, signal: AbortSignal) => Promise<Source>
  numberOf: (event: TurnEvent) => number
  changed: () => void
  isLost: (error: unknown) => boolean // a connection that was lost, and not an answer that says no
  wait: (attempt: number, signal: AbortSignal) => Promise<void>
}

// Returns at the end of the turn or when `signal` ends the reading, which ends nothing else. Throws what is not mended
// by asking again. `source` is where the turn comes from already, if it does.
export async function readTurn(turn: Turn, source: Source | null, ways: Ways, signal: AbortSignal): Promise<void> {
  let open = source
  for (let attempt = 0; !turn.finished && !signal.aborted; ) {
    const before = turn.last
    try {
      open ??= await ways.resume(turn.messageId, turn.last, signal)
      await take(turn, open, ways, signal)
    } catch (error) {
      if (signal.aborted) return
      if (!ways.isLost(error)) throw error
    }
    open = null
    if (turn.finished || signal.aborted) return
    attempt = turn.last > before ? 1 : attempt + 1
    await ways.wait(attempt, signal)
  }
}

async function take(turn: Turn, source: Source, ways: Ways, signal: AbortSignal): Promise<void> {
  for await (const event of source) {
    if (signal.aborted) return
    if (turn.take(event, ways.numberOf(event))) ways.changed()
    if (turn.finished) return
  }
}
