// Pairs runs of `*`, `_` and `~` by CommonMark's rules, in time linear in their number.

import type { Inline } from './tree'

export interface Delimiter {
  type: 'delimiter'
  mark: '*' | '_' | '~'
  count: number
  canOpen: boolean
  canClose: boolean
}

export type Item = Inline | Delimiter

/** Deeper emphasis is shown as it is written: no tree may be deeper than a browser can lay out. */
export const deepestEmphasis = 12

const depths = new WeakMap<Inline, number>()

export function depthOf(nodes: readonly Inline[]): number {
  let deepest = 0
  for (const node of nodes) deepest = Math.max(deepest, depths.get(node) ?? 0)
  return deepest
}

export function noteDepth(node: Inline, depth: number): void {
  depths.set(node, depth)
}

export function pairDelimiters(items: readonly Item[]): Inline[] {
  const done: Item[] = []
  const openers: number[] = []
  const bottoms = new Map<string, number>()
  for (const item of items) {
    if (item.type !== 'delimiter') done.push(item)
    else if (!item.canClose || closeAll(item, done, openers, bottoms)) {
      if (item.canOpen) openers.push(done.length)
      done.push(item)
    }
  }
  return asInlines(done)
}

/** Closes what this run can close; whether some of the run is left. */
function closeAll(closer: Delimiter, done: Item[], openers: number[], bottoms: Map<string, number>): boolean {
  while (closer.count > 0) {
    const at = openerFor(closer, done, openers, bottoms)
    if (at === undefined) return true
    const place = openers[at]!
    const opener = done[place] as Delimiter
    const taken = closer.mark === '~' ? 2 : Math.min(2, opener.count, closer.count)
    const children = asInlines(done.slice(place + 1))
    const depth = depthOf(children) + 1
    if (depth > deepestEmphasis) {
      openers.length = 0 // what opened before would be deeper still
      bottoms.clear()
      return true
    }
    done.length = place + 1
    openers.length = at + 1
    opener.count -= taken
    closer.count -= taken
    if (opener.count === 0) {
      done.pop()
      openers.pop()
    }
    for (const [key, bottom] of bottoms) if (bottom > openers.length) bottoms.set(key, openers.length)
    const node: Inline = { type: closer.mark === '~' ? 'del' : taken === 2 ? 'strong' : 'em', children }
    noteDepth(node, depth)
    done.push(node)
  }
  return false
}

function openerFor(closer: Delimiter, done: Item[], openers: number[], bottoms: Map<string, number>): number | undefined {
  const key = closer.mark + (closer.canOpen ? closer.count % 3 : '')
  const bottom = bottoms.get(key) ?? 0
  for (let at = openers.length - 1; at >= bottom; at--) {
    if (fits(done[openers[at]!] as Delimiter, closer)) return at
  }
  bottoms.set(key, openers.length)
  return undefined
}

function fits(opener: Delimiter, closer: Delimiter): boolean {
  if (opener.mark !== closer.mark) return false
  if (closer.mark === '~') return opener.count === 2 && closer.count === 2
  const either = opener.canClose || closer.canOpen
  return !either || (opener.count + closer.count) % 3 !== 0 || (opener.count % 3 === 0 && closer.count % 3 === 0)
}

function asInlines(items: readonly Item[]): Inline[] {
  const inlines: Inline[] = []
  for (const item of items) {
    const text = item.type === 'delimiter' ? item.mark.repeat(item.count) : item.type === 'text' ? item.text : undefined
    const last = inlines.at(-1)
    if (text === undefined) inlines.push(item as Inline)
    else if (last?.type === 'text') inlines[inlines.length - 1] = { type: 'text', text: last.text + text }
    else if (text !== '') inlines.push({ type: 'text', text })
  }
  return inlines
}

/** Whether the run from `start` to `end` may open or close; marks of Chinese and Japanese count as letters. */
export function delimiterOf(text: string, start: number, end: number): Delimiter {
  const mark = text[start] as Delimiter['mark']
  const before = characterBefore(text, start)
  const after = text.slice(end, end + 2)
  const spaceBefore = before === '' || /\s$/u.test(before)
  const spaceAfter = after === '' || /^\s/u.test(after)
  const markBefore = isPunctuation(before, /[\p{P}\p{S}]$/u)
  const markAfter = isPunctuation(after, /^[\p{P}\p{S}]/u)
  const left = !spaceAfter && (!markAfter || spaceBefore || markBefore)
  const right = !spaceBefore && (!markBefore || spaceAfter || markAfter)
  if (mark === '~' && end - start !== 2) return { type: 'delimiter', mark, count: end - start, canOpen: false, canClose: false }
  if (mark !== '_') return { type: 'delimiter', mark, count: end - start, canOpen: left, canClose: right }
  return { type: 'delimiter', mark, count: end - start, canOpen: left && (!right || markBefore), canClose: right && (!left || markAfter) }
}

function characterBefore(text: string, at: number): string {
  const low = at > 1 && text.charCodeAt(at - 1) >= 0xdc00 && text.charCodeAt(at - 1) < 0xe000
  return text.slice(at - (low ? 2 : 1) < 0 ? 0 : at - (low ? 2 : 1), at)
}

function isPunctuation(near: string, pattern: RegExp): boolean {
  return pattern.test(near) && !/^[\u3000-\u303f\uff00-\uffef]/.test(near)
}
