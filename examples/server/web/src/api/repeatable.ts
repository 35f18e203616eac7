// What may be sent again when nobody knows whether it arrived, and what a socket cannot carry.

// Procedures that answer with a stream of events.
const streams = new Set([
  'message.stream', 'message.regenerate', 'message.continue', 'message.edit', 'message.resume', 'event.follow', 'chat.export',
])

// Verbs that change nothing; of those that are called resume one.
const reading = /^(get|list|search|query|find|preview|explain|render|follow|diff|usage|summary|daily|mine|describe|health)/

export const isStream = (path: readonly string[]): boolean => streams.has(path.join('.'))

// A stream that has begun is not begun again but goes on behind its last event.
export function isRepeatable(path: readonly string[], input: unknown): boolean {
  if (reading.test(path.at(-1) ?? '') || path.join('.') === 'message.resume') return true
  return typeof input === 'object' && input !== null && 'idempotencyKey' in input && typeof input.idempotencyKey === 'string'
}

// The server closes a socket over a message of 1 MiB; a text takes up to three bytes a unit.
const most = 1_000_000

export const isTooLarge = (input: unknown): boolean => size(input, most) >= most

function size(value: unknown, enough: number): number {
  if (typeof value === 'string') return value.length * 3 + 2
  if (typeof value !== 'object' || value === null || value instanceof Date) return 24
  let total = 2
  for (const [key, one] of Object.entries(value)) {
    total += key.length + 4 + size(one, enough - total)
    if (total >= enough) return total
  }
  return total
}
