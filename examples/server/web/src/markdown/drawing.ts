// Draws an answer while it arrives: finished blocks once, the last one again at most once a frame, and never longer than a frame.

import { BlockSplitter, splitBlocks, type Block } from './blocks'
import { element, type Context, type Environment } from './environment'
import { mayBecomeOther } from './last_line'
import { PlacedBlock } from './placed'

/** Of one text that may still grow. */
export interface Drawing {
  append(text: string): void
  replace(text: string): void
  finish(): void
  destroy(): void
}

/** Milliseconds of a frame that drawing may take; what is left waits for the next. */
const frameBudget = 6
/** Longer texts fold behind a button. */
export const longestUnfolded = 200_000

export class AnswerDrawing implements Drawing {
  private context: Context
  private splitter = new BlockSplitter()
  private source = ''
  private placed: PlacedBlock[] = []
  private open: PlacedBlock[] = []
  private drawnLength = 0
  private limit = longestUnfolded
  private fold: HTMLButtonElement | undefined
  private scheduled = false
  private finished = false
  private settled = false
  private destroyed = false

  constructor(private readonly root: Element, environment: Environment) {
    this.context = { ...environment, references: new Map() }
  }

  append(text: string): void {
    if (text === '' || this.finished) return
    this.source += text
    this.splitter.push(text)
    this.schedule()
  }

  replace(text: string): void {
    if (text === this.source) return
    if (!this.finished && text.startsWith(this.source)) return this.append(text.slice(this.source.length))
    this.reset()
    this.append(text)
    this.schedule()
  }

  finish(): void {
    if (this.finished) return
    this.finished = true
    this.splitter.end()
    this.schedule()
  }

  destroy(): void {
    this.destroyed = true
  }

  /** Draws at once what fits into a frame, so that a stored answer is there with its message. */
  now(): void {
    this.step()
  }

  private reset(): void {
    this.root.replaceChildren()
    this.context = { ...this.context, references: new Map() }
    this.splitter = new BlockSplitter()
    this.source = ''
    this.placed = []
    this.open = []
    this.drawnLength = 0
    this.fold = undefined
    this.finished = this.settled = false
  }

  private schedule(): void {
    if (this.scheduled || this.destroyed) return
    this.scheduled = true
    this.context.frame(() => {
      this.scheduled = false
      this.step()
    })
  }

  private step(): void {
    if (this.destroyed) return
    const until = this.context.now() + frameBudget
    const { done } = this.splitter
    while (this.placed.length < done.length && this.drawnLength < this.limit) {
      this.place(done[this.placed.length]!)
      if (this.context.now() >= until) break
    }
    if (this.drawnLength >= this.limit) this.showFold()
    else if (this.placed.length < done.length) this.schedule()
    else if (this.finished) this.settle()
    else this.showOpen()
  }

  /** A block that is complete takes the place of its open drawing. */
  private place(block: Block): void {
    const place = this.open.shift() ?? new PlacedBlock(this.root)
    for (const other of this.open.splice(0)) other.remove()
    place.show(block, this.placed.at(-1)?.last, this.context, this.context.references)
    this.placed.push(place)
    this.drawnLength += block.text.length
  }

  /** What is still arriving: its definitions do not count yet. */
  private showOpen(): void {
    const blocks = this.splitter.open((line) => !mayBecomeOther(line))
    for (const other of this.open.splice(blocks.length)) other.remove()
    blocks.forEach((block, index) => {
      const place = (this.open[index] ??= new PlacedBlock(this.root))
      place.show(block, (this.open[index - 1] ?? this.placed.at(-1))?.last, this.context, new Map(this.context.references))
    })
  }

  /** All is drawn: addresses that were defined last, and, when there is time, the comparison with the text as a whole. */
  private settle(): void {
    if (this.settled) return
    this.settled = true
    for (const other of this.open.splice(0)) other.remove()
    this.placed.forEach((place, index) => place.showReferences(this.splitter.done[index]!, this.context))
    this.context.idle(() => this.compare())
  }

  private compare(): void {
    if (this.destroyed || !this.finished || this.source.length > longestUnfolded) return
    const whole = splitBlocks(this.source)
    const { done } = this.splitter
    const same = whole.length === done.length && whole.every((block, i) => block.kind === done[i]!.kind && block.text === done[i]!.text)
    if (same) return
    const { source } = this
    this.reset()
    this.append(source)
    this.finish()
  }

  private showFold(): void {
    const kilobytes = Math.max(1, Math.ceil((this.source.length - this.drawnLength) / 1000))
    const everything = this.finished && this.placed.length === this.splitter.done.length
    for (const other of this.open.splice(0)) other.remove()
    if (everything) {
      this.fold?.remove()
      return this.settle()
    }
    if (!this.fold) {
      this.fold = element(this.context.document, 'button', 'md-fold')
      this.fold.setAttribute('type', 'button')
      this.fold.addEventListener('click', () => this.unfold())
      this.root.append(this.fold)
    }
    const label = this.context.labels.showRest(kilobytes)
    if (this.fold.textContent !== label) this.fold.textContent = label
  }

  private unfold(): void {
    this.limit = Infinity
    this.fold?.remove()
    this.fold = undefined
    this.schedule()
  }
}
