// Waiting without sleeping: a condition is looked at until it holds, or its time is over.
import { setTimeout as later } from 'node:timers/promises'

// What `look` gives once that is true; an error that says what was seen last when it never is.
export async function until(what, look, { within = 10_000, every = 40 } = {}) {
  const deadline = Date.now() + within
  let seen
  for (;;) {
    try {
      seen = await look()
      if (seen) return seen
    } catch (error) {
      seen = error
    }
    if (Date.now() > deadline) throw new Error(`not within ${within} ms: ${what}; last: ${shown(seen)}`)
    await later(every)
  }
}

// As until(), for two values that become the same.
export async function untilSame(what, wanted, look, options) {
  let seen
  const same = async () => {
    seen = await look()
    return JSON.stringify(seen) === JSON.stringify(wanted)
  }
  await until(what, same, options).catch((error) => {
    throw new Error(`${error.message}\n  wanted ${shown(wanted)}\n  got    ${shown(seen)}`)
  })
}

const shown = (value) => (value instanceof Error ? value.message : (JSON.stringify(value) ?? `${value}`).slice(0, 2_000))
