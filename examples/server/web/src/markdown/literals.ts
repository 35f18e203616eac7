// Pieces of a line that stand for themselves: code, mathematics and bare addresses. Each search is bounded or done once.

import type { Inline } from './tree'

const longestFormula = 2000

/** Where runs of backticks stand, so that an opening run finds its end without searching again. */
export class CodeSpans {
  private readonly runs = new Map<number, number[]>()

  constructor(text: string) {
    for (const run of text.matchAll(/`+/g)) {
      const known = this.runs.get(run[0].length)
      if (known) known.push(run.index)
      else this.runs.set(run[0].length, [run.index])
    }
  }

  /** The run of `length` after `from`; asked in order. */
  closing(length: number, from: number): number | undefined {
    const places = this.runs.get(length)
    while (places?.[0] !== undefined && places[0] < from) places.shift()
    return places?.[0]
  }
}

export function codeText(text: string): string {
  const line = text.replace(/\n/g, ' ')
  return line.startsWith(' ') && line.endsWith(' ') && line.trim() !== '' ? line.slice(1, -1) : line
}

/** Finds `\)`, `\]` and `$$` from the left once each: a closer that is not there is not searched again. */
export class Closers {
  private readonly next = new Map<string, number>()

  constructor(private readonly text: string) {}

  after(closer: string, from: number): number | undefined {
    let at = this.next.get(closer) ?? -2
    if (at !== -1 && at < from) {
      at = this.text.indexOf(closer, from)
      this.next.set(closer, at)
    }
    return at < 0 || at - from > longestFormula ? undefined : at
  }
}

export interface Taken {
  node: Inline
  length: number
}

function formula(text: string, at: number, open: number, end: number, display: boolean): Taken | undefined {
  const source = text.slice(at, end + open)
  const inner = source.slice(open, -open).trim()
  if (inner === '') return undefined
  return { node: { type: 'math', text: inner, display, source }, length: source.length }
}

/** `\(…\)` and `\[…\]`. */
export function bracketMath(text: string, at: number, closers: Closers): Taken | undefined {
  const display = text[at + 1] === '['
  const end = closers.after(display ? '\\]' : '\\)', at + 2)
  return end === undefined ? undefined : formula(text, at, 2, end, display)
}

/** `$…$` and `$$…$$`; prices are no formulas. */
export function dollarMath(text: string, at: number, closers: Closers): Taken | undefined {
  if (text[at + 1] === '$') {
    const end = closers.after('$$', at + 2)
    return end === undefined ? undefined : formula(text, at, 2, end, true)
  }
  if (/[\p{L}\p{N}]/u.test(text[at - 1] ?? '') || /[\s$]/.test(text[at + 1] ?? ' ')) return undefined
  const end = closingDollar(text, at + 1)
  if (end === undefined || /^[\d.,]+(?:[\s/-]+\p{L}{2,}|\s*$|\s+\p{L}+\s)/u.test(text.slice(at + 1, end))) return undefined
  return formula(text, at, 1, end, false)
}

function closingDollar(text: string, from: number): number | undefined {
  const last = Math.min(text.length, from + longestFormula / 2)
  for (let i = from; i < last; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '$') {
      if (!/\s/.test(text[i - 1]!) && !/[\d$]/.test(text[i + 1] ?? '')) return i
      if (text[i + 1] === '$') return undefined
    }
  }
  return undefined
}

/** A bare address: without the marks after it that belong to the sentence. */
export function trimAddress(address: string): string {
  let end = address.length
  let open = 0
  for (const each of address) open += each === '(' ? 1 : each === ')' ? -1 : 0
  for (; end > 0; end--) {
    const last = address[end - 1]!
    if (last === ')' && open < 0) open++
    else if (!'?!.,:;*_~\'"'.includes(last)) break
  }
  return address.slice(0, end)
}
