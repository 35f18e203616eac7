// Follows what changes, again and again, behind the last event that was heard. Knows no connection and no clock: those
// are given, so that a test can be them.
import type { FollowedEvent } from '../api/client_shape'

export type Following = {
  // Events behind this position; without one from now on.
  open: (position: string | undefined, signal: AbortSignal) => Promise<AsyncIterable<FollowedEvent>>
  positionOf: (event: FollowedEvent) => string | undefined
  hear: (event: FollowedEvent) => void
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  random: () => number
}

// Where one is in what was told; kept over connections, let go with the person.
export type Bookmark = { position: string | undefined }

const first = 500
const longest = 30_000

// Between a half and the whole of a time that doubles.
export function pauseAfter(failures: number, random: () => number): number {
  const whole = Math.min(longest, first * 2 ** Math.min(failures, 10))
  return whole * (0.5 + random() / 2)
}

export async function followOn(how: Following, bookmark: Bookmark, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      for await (const event of await how.open(bookmark.position, signal)) {
        if (signal.aborted) return
        failures = 0
        bookmark.position = how.positionOf(event) ?? bookmark.position
        how.hear(event)
      }
    } catch {
      // Whatever it was, it is tried again: what has been missed meanwhile is told then, or that something was.
    }
    if (signal.aborted) return
    await how.wait(pauseAfter(failures, how.random), signal)
    failures += 1
  }
}
