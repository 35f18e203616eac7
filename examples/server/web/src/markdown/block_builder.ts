// Puts lines together into blocks: one state for each kind of block.

import type { Block, BlockKind } from './block'
import { FenceWatch } from './fence_watch'
import {
  bulletOf, cellsOf, closesFence, fenceOf, headingOf, indentOf, interruptsWithList, isBlank, isQuote, isRule, isTableDelimiter,
  mathCloserOf, outdent, underlineOf,
} from './lines'
import { ListLines } from './list_lines'

export class BlockBuilder {
  readonly done: Block[] = []
  current: Block | undefined
  /** A block that was cut: what follows may go on with it. */
  carry: Pick<Block, 'kind' | 'head'> | undefined
  private blank = false
  private list: ListLines | undefined
  private quoteFence = new FenceWatch()
  private pendingBlank = ''
  private codeBegun = false
  private lastLine = ''
  private mathCloser = ''

  /** `midLine`: this goes on a line whose beginning was taken. */
  take(line: string, midLine: boolean): void {
    const current = this.current
    if (current?.kind === 'code') this.takeCode(current, line, midLine)
    else if (midLine) this.begin('paragraph', line, 'line')
    else if (current) this.goOn(current, line)
    else this.start(line)
    this.lastLine = line
  }

  private takeCode(block: Block, line: string, midLine: boolean): void {
    if (!midLine && closesFence(line, block.fence!.mark)) {
      block.closed = true
      this.close()
      return
    }
    const piece = midLine ? line : outdent(line, Math.min(block.fence!.indent, indentOf(line)))
    block.text += (midLine || !this.codeBegun ? '' : '\n') + piece
    this.codeBegun = true
  }

  private goOn(block: Block, line: string): void {
    if (block.kind === 'list') return this.goOnList(block, line)
    if (block.kind === 'indented') {
      if (isBlank(line)) this.pendingBlank += '\n' + line
      else if (indentOf(line) >= 4) {
        block.text += this.pendingBlank + '\n' + line
        this.pendingBlank = ''
      } else this.restart(line, this.pendingBlank !== '')
      return
    }
    if (isBlank(line)) {
      this.close()
      this.blank = true
      return
    }
    if (block.kind === 'math') return this.goOnMath(block, line)
    if (block.kind === 'quote') return this.goOnQuote(block, line)
    if (block.kind === 'paragraph' && this.goOnParagraph(block, line)) return
    if (block.kind === 'table' && !isTableDelimiter(line) && this.startsAnew(line)) return this.restart(line)
    block.text += '\n' + line
  }

  /** Whether a line within a paragraph, quote or table begins something else. */
  private startsAnew(line: string): boolean {
    return isRule(line) || isQuote(line) || headingOf(line) !== undefined || fenceOf(line) !== undefined || interruptsWithList(line)
  }

  private goOnParagraph(block: Block, line: string): boolean {
    if (underlineOf(line) && !block.joins) {
      block.kind = 'heading'
      block.text += '\n' + line
      this.close()
      return true
    }
    if (this.startsAnew(line) || mathBegins(line)) {
      this.restart(line)
      return true
    }
    if (isTableDelimiter(line) && this.lastLine.includes('|') && cellsOf(this.lastLine).length === cellsOf(line).length) {
      this.becomeTable(block, line)
      return true
    }
    return false
  }

  private becomeTable(block: Block, line: string): void {
    const header = this.lastLine
    if (block.text.length > header.length) {
      block.text = block.text.slice(0, -header.length - 1)
      this.close()
      this.begin('table', header)
    }
    const table = this.current!
    table.kind = 'table'
    table.joins = ''
    table.text += '\n' + line
    table.head = header + '\n' + line
  }

  private goOnMath(block: Block, line: string): void {
    block.text += '\n' + line
    const at = line.indexOf(this.mathCloser)
    if (at < 0) return
    block.closed = true
    if (isBlank(line.slice(at + 2))) this.close()
    else block.kind = 'paragraph'
  }

  private goOnQuote(block: Block, line: string): void {
    const goesOn = isQuote(line) || (!this.quoteFence.open && !this.startsAnew(line) && !/^[ >\t]*$/.test(this.lastLine))
    if (!goesOn) return this.restart(line)
    block.text += '\n' + line
    this.quoteFence.follow(line)
  }

  private goOnList(block: Block, line: string): void {
    const list = this.list!
    const { afterBlank } = list
    const answer = list.take(line, block.text.length)
    if (answer === 'goes on') block.text += '\n' + line
    else if (answer === 'ends') this.restart(line, afterBlank)
    else {
      this.close()
      this.begin('list', line, 'next line')
    }
  }

  private start(line: string): void {
    const fence = fenceOf(line)
    const carry = this.carry
    this.carry = undefined
    if (isBlank(line)) this.blank = true
    else if (carry?.kind === 'table' && !this.startsAnew(line)) {
      this.begin('table', line, 'next line')
      this.current!.head = carry.head
    } else if (indentOf(line) >= 4 && !carry) this.begin('indented', line)
    else if (fence) {
      this.begin('code', '')
      Object.assign(this.current!, { fence, closed: false })
      this.codeBegun = false
    } else if (headingOf(line)) this.beginAndClose('heading', line)
    else if (isRule(line)) this.beginAndClose('rule', line)
    else if (isQuote(line)) {
      this.begin('quote', line)
      this.quoteFence = new FenceWatch()
      this.quoteFence.follow(line)
    } else if (bulletOf(line) && (!carry || interruptsWithList(line))) {
      this.begin('list', line)
      this.list = new ListLines(line)
    } else if (mathBegins(line)) this.startMath(line)
    else this.begin('paragraph', line, carry?.kind === 'paragraph' ? 'next line' : '')
  }

  private startMath(line: string): void {
    this.mathCloser = mathCloserOf(line)!
    this.begin('math', line)
    this.current!.closed = line.trimStart().indexOf(this.mathCloser, 2) >= 0
    if (this.current!.closed) this.close()
  }

  private begin(kind: BlockKind, text: string, joins: Block['joins'] = ''): void {
    this.carry = undefined
    this.current = { kind, text, joins, closed: true, blankBefore: this.blank }
    this.blank = false
    this.pendingBlank = ''
  }

  private beginAndClose(kind: BlockKind, line: string): void {
    this.begin(kind, line)
    this.close()
  }

  private restart(line: string, blank = false): void {
    this.close()
    this.blank = blank
    this.start(line)
  }

  close(): void {
    const block = this.current
    if (!block) return
    if (block.kind === 'math' && !block.closed) Object.assign(block, { kind: 'paragraph', closed: true })
    this.done.push(block)
    this.current = undefined
  }
}

/** `$$` or `\[` that ends at the end of its line, or on a later one. */
function mathBegins(line: string): boolean {
  const closer = mathCloserOf(line)
  if (!closer) return false
  const text = line.trim()
  const at = text.indexOf(closer, 2)
  return at < 0 || at === text.length - 2
}
