import { longestDense } from './block'
import { FenceWatch } from './fence_watch'
import { bulletOf, fenceOf, headingOf, indentOf, isBlank, isQuote, isRule, type Bullet } from './lines'

/** Tells which lines belong to a list that has begun. */
export class ListLines {
  private readonly fence = new FenceWatch()
  private item: Bullet
  afterBlank = false

  constructor(first: string) {
    this.item = bulletOf(first)!
    this.fence.follow(first)
  }

  /** `cut`: the list goes on, but has grown long enough for a new piece. */
  take(line: string, length: number): 'goes on' | 'ends' | 'cut' {
    const answer = this.fence.open || isBlank(line) ? 'goes on' : this.judge(line, length)
    if (answer === 'ends') return answer
    this.afterBlank = isBlank(line)
    this.fence.follow(line)
    return answer
  }

  private judge(line: string, length: number): 'goes on' | 'ends' | 'cut' {
    if (indentOf(line) >= this.item.content) return 'goes on'
    const bullet = bulletOf(line)
    if (bullet && bullet.type === this.item.type) {
      this.item = bullet
      return length > longestDense ? 'cut' : 'goes on'
    }
    const other = bullet ?? (isRule(line) || isQuote(line) || fenceOf(line) || headingOf(line))
    return other || this.afterBlank ? 'ends' : 'goes on'
  }
}
