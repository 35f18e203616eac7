// A part of the page that comes by itself: when it is asked for, or before, once the page has nothing better to do, so that
// nobody waits for it.
import { painted } from './shown'

const firstPause = 1_000
const longestPause = 30_000
const rest = 1_000 // what is shown first goes first
const parts: Part<unknown>[] = []

export class Part<Of> {
  #now = $state.raw<Of>()
  #coming: Promise<void> | null = null
  #pause = firstPause

  constructor(readonly load: () => Promise<{ default: Of }>) {
    parts.push(this)
  }

  // Reading it asks for it.
  get now(): Of | undefined {
    if (this.#now === undefined) void this.come()
    return this.#now
  }

  come(): Promise<void> {
    return (this.#coming ??= this.load().then(
      (module) => void (this.#now = module.default),
      () => this.#later(),
    ))
  }

  // No network, or a server that was upgraded: then the page says so.
  #later(): void {
    setTimeout(() => {
      this.#coming = null
      void this.come()
    }, this.#pause)
    this.#pause = Math.min(2 * this.#pause, longestPause)
  }
}

// All of them, when the page is at rest. What it gives takes that back.
export function bringParts(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const come = (): void => parts.forEach((part) => void part.come())
  const begin = (): void => void ('requestIdleCallback' in window ? requestIdleCallback(come) : come())
  void painted.then(() => !isOver && (timer = setTimeout(begin, rest)))
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
