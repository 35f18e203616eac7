// Chances that come again: SAMBUNG_SEED is the number that a run before has printed.
export const seed = Number(process.env.SAMBUNG_SEED ?? Date.now() % 1_000_000_007)

// mulberry32: numbers from 0 to below 1.
export function chances(from = seed) {
  let state = from >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
