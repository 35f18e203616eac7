// The part of a long list that is drawn, as one scrolls: {@attach stretch.watch} on its gaps moves it there.
import { scrollerOf } from './attachments'
import { pieces, shortest, type Gap, type Piece } from './stretch'

const beyond = 40 // rows on both sides of what is seen
const margin = 600 // pixels, from where on a gap is as good as seen

export class Stretch {
  #seen = $state.raw({ from: 0, to: 2 * shortest })
  #row = $state.raw({ step: 37, height: 36 }) // pixels: from one row to the next, and of one

  pieces<Item>(items: Item[], keyOf: (item: Item) => string, kept: string[]): Piece<Item>[] {
    return pieces(items, keyOf, this.#seen, kept)
  }

  heightOf(gap: Gap): number {
    return gap.rows * this.#row.step - (this.#row.step - this.#row.height)
  }

  readonly watch = (gap: HTMLElement): (() => void) => {
    const list = gap.parentElement
    if (!list) return () => {}
    const root = scrollerOf(gap)
    const look = (seen: IntersectionObserverEntry[]): void => {
      if (seen.some((one) => one.isIntersecting)) this.#look(list, root)
    }
    const watcher = new IntersectionObserver(look, { root, rootMargin: `${margin}px` })
    watcher.observe(gap)
    return () => watcher.disconnect()
  }

  #look(list: HTMLElement, scroller: Element | null): void {
    this.#measure(list)
    const { step } = this.#row
    const { top } = list.getBoundingClientRect()
    const view = scroller?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight }
    const from = Math.floor((view.top - top) / step) - beyond
    const to = Math.ceil((view.bottom - top) / step) + beyond
    this.#seen = { from: Math.max(0, from), to: Math.max(to, beyond) }
  }

  #measure(list: HTMLElement): void {
    for (const row of list.querySelectorAll(':scope > .side-row')) {
      const next = row.nextElementSibling
      if (!next?.matches('.side-row')) continue
      const { top, height } = row.getBoundingClientRect()
      const step = next.getBoundingClientRect().top - top
      if (step > 0 && (step !== this.#row.step || height !== this.#row.height)) this.#row = { step, height }
      return
    }
  }
}
