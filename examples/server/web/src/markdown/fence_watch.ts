import { closesFence, fenceOf } from './lines'

/** A fence within a list or a quote: until it closes, its lines are no bullets and no blank lines. */
export class FenceWatch {
  private mark: string | undefined

  get open(): boolean {
    return this.mark !== undefined
  }

  follow(line: string): void {
    const text = line.replace(/^(?:[ \t>]+|(?:[*+-]|\d{1,9}[.)])[ \t]+)+/, '')
    if (this.mark === undefined) this.mark = fenceOf(text)?.mark
    else if (closesFence(text, this.mark)) this.mark = undefined
  }
}
