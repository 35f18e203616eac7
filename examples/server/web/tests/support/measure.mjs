import assert from 'node:assert/strict'

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

// A promise is judged on a quiet machine, with SAMBUNG_STRICT_TIMES=1; elsewhere a test only tells a promise from a fault.
export function assertWithin(what, measured, bar, unit = 'ms') {
  const allowed = process.env.SAMBUNG_STRICT_TIMES === '1' ? bar : bar * 3
  console.log(`${what}: ${measured.toFixed(1)} ${unit}, promised ${bar}`)
  assert.ok(measured < allowed, `${what}: ${measured.toFixed(1)} ${unit}, allowed ${allowed}`)
}
