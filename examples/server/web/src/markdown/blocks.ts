// Splits Markdown that is still arriving into blocks which will never change again.
// Only whole lines decide, so the blocks are the same however the text was cut on its way.

import { longestDense, longestOf, type Block } from './block'
import { BlockBuilder } from './block_builder'

export type { Block, BlockKind } from './block'

export class BlockSplitter {
  private readonly builder = new BlockBuilder()
  private rest = ''
  private searched = 0
  private heldReturn = false
  private midLine = false

  /** Blocks that are complete, in order. */
  get done(): readonly Block[] {
    return this.builder.done
  }

  push(chunk: string): void {
    let text = this.heldReturn ? '\r' + chunk : chunk
    this.heldReturn = text.endsWith('\r')
    if (this.heldReturn) text = text.slice(0, -1)
    this.rest += text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
    this.takeLines()
  }

  end(): void {
    if (this.heldReturn) this.rest += '\n'
    this.heldReturn = false
    this.takeLines()
    if (this.rest !== '') this.builder.take(this.rest, this.midLine)
    this.rest = ''
    this.builder.close()
  }

  /** What has arrived and is not complete, as it would be if the text ended here, or without its last line. */
  open(lastLine: (line: string) => boolean): Block[] {
    const current = this.builder.current
    const shown = this.rest !== '' && (this.midLine || lastLine(this.rest))
    if (current?.kind === 'code') {
      const glue = this.midLine || current.text === '' ? '' : '\n'
      return [{ ...current, text: shown ? current.text + glue + this.rest : current.text }]
    }
    if (!current && !shown) return []
    const text = current ? (shown ? current.text + '\n' + this.rest : current.text) : this.rest
    if (!current) return splitAfter(text, this.builder.carry, this.midLine)
    const goesOn = current.joins !== '' && (current.kind === 'paragraph' || current.kind === 'table')
    const blocks = splitAfter(text, goesOn ? { kind: current.kind, head: current.head } : undefined, current.joins === 'line')
    if (blocks[0]) Object.assign(blocks[0], { joins: current.joins, blankBefore: current.blankBefore })
    return blocks
  }

  private takeLines(): void {
    let from = 0
    let end = this.rest.indexOf('\n', this.searched)
    for (;;) {
      const line = this.rest.slice(from, end < 0 ? undefined : end)
      const cut = this.cutIfTooLong(line)
      if (cut !== undefined) from += cut
      else if (end < 0) break
      else {
        this.builder.take(line, this.midLine)
        this.midLine = false
        from = end + 1
        end = this.rest.indexOf('\n', from)
      }
    }
    if (from > 0) this.rest = this.rest.slice(from)
    this.searched = this.rest.length
  }

  /** Ends a block that has grown too long, before `line` or within it: how much of it is taken. */
  private cutIfTooLong(line: string): number | undefined {
    const { builder } = this
    const code = builder.current?.kind === 'code'
    const length = code ? 0 : (builder.current?.text.length ?? 0)
    if (length + line.length <= longestOf(builder.current?.kind ?? 'paragraph')) return undefined
    if (builder.current && !code) {
      const { kind, head } = builder.current
      builder.close()
      builder.carry = kind === 'paragraph' || kind === 'table' ? { kind, head } : undefined
      return 0
    }
    const at = cutPosition(line)
    builder.take(line.slice(0, at), this.midLine)
    this.midLine = true
    if (!code) {
      builder.close()
      builder.carry = { kind: 'paragraph' }
    }
    return at
  }
}

/** Where to cut a line that is too long: after a space if one is near, never within a character. */
function cutPosition(line: string): number {
  const space = line.lastIndexOf(' ', longestDense - 1)
  if (space > longestDense - 256) return space + 1
  const code = line.charCodeAt(longestDense - 1)
  return code >= 0xd800 && code < 0xdc00 ? longestDense - 1 : longestDense
}

function splitAfter(text: string, carry: BlockBuilder['carry'], midLine: boolean): Block[] {
  const builder = new BlockBuilder()
  builder.carry = carry
  text.split('\n').forEach((line, index) => builder.take(line, midLine && index === 0))
  builder.close()
  return builder.done
}

export function splitBlocks(text: string): Block[] {
  const splitter = new BlockSplitter()
  splitter.push(text)
  splitter.end()
  return splitter.done as Block[]
}
