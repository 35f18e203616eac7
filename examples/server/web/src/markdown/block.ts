import type { Fence } from './lines'

export type BlockKind = 'paragraph' | 'heading' | 'rule' | 'code' | 'indented' | 'math' | 'quote' | 'list' | 'table'

export interface Block {
  kind: BlockKind
  /** Its lines; for `code` what stands between the fences. */
  text: string
  /** False for a fence and a formula that have no end yet. */
  closed: boolean
  /** The block before was too long and this one goes on with it: within its line, or on the next. */
  joins: '' | 'line' | 'next line'
  blankBefore: boolean
  fence?: Fence
  /** Of a table: its header and delimiter lines. */
  head?: string
}

/** Longer blocks come in pieces, so that drawing the last one again costs less than a frame. */
const longestBlock = 16 * 1024

/** The same for what has most nodes for its length; a list is cut before its next item. */
export const longestDense = 4 * 1024

export function longestOf(kind: BlockKind): number {
  return kind === 'paragraph' || kind === 'table' ? longestDense : longestBlock
}
