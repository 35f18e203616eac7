// What links are made of: what stands in the parentheses, `(destination "title")`, and their nodes.

import type { Inline } from './tree'

const longestDestination = 2048
const longestTitle = 1024
const mostParentheses = 32

export interface LinkParts {
  href: string
  title: string
  /** After the closing parenthesis. */
  end: number
}

export function linkPartsAt(text: string, at: number): LinkParts | undefined {
  if (text[at] !== '(') return undefined
  let i = skipSpace(text, at + 1)
  const destination = text[i] === '<' ? pointed(text, i) : bare(text, i)
  if (!destination) return undefined
  const after = skipSpace(text, destination.end)
  let title = ''
  i = after
  if (after > destination.end && `"'(`.includes(text[after] ?? ' ')) {
    const end = titleEnd(text, after)
    if (end === undefined) return undefined
    title = text.slice(after + 1, end)
    i = skipSpace(text, end + 1)
  }
  return text[i] === ')' ? { href: unescape(destination.href), title: unescape(title), end: i + 1 } : undefined
}

function unescape(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1')
}

function skipSpace(text: string, at: number): number {
  const last = Math.min(text.length, at + 256)
  let i = at
  while (i < last && (text[i] === ' ' || text[i] === '\n' || text[i] === '\t')) i++
  return i
}

function pointed(text: string, at: number): { href: string; end: number } | undefined {
  const last = Math.min(text.length, at + longestDestination)
  for (let i = at + 1; i < last; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '>') return { href: text.slice(at + 1, i), end: i + 1 }
    else if (text[i] === '<' || text[i] === '\n') return undefined
  }
  return undefined
}

function bare(text: string, at: number): { href: string; end: number } | undefined {
  const last = Math.min(text.length, at + longestDestination)
  let depth = 0
  let i = at
  for (; i < last; i++) {
    const each = text[i]!
    if (each === '\\') i++
    else if (each <= ' ') break
    else if (each === '(' && ++depth > mostParentheses) return undefined
    else if (each === ')' && depth-- === 0) break
  }
  return i >= last && i < text.length ? undefined : { href: text.slice(at, i), end: i }
}

function titleEnd(text: string, at: number): number | undefined {
  const closer = text[at] === '(' ? ')' : text[at]!
  const last = Math.min(text.length, at + longestTitle)
  for (let i = at + 1; i < last; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === closer) return i
  }
  return undefined
}

export function linkTo(href: string, text: string): Inline {
  return { type: 'link', href, title: '', children: [{ type: 'text', text }] }
}

/** No link stands within a link. */
export function withoutLinks(nodes: readonly Inline[]): Inline[] {
  return nodes.flatMap((node): Inline[] => {
    if (node.type === 'link') return node.children
    return 'children' in node ? [{ ...node, children: withoutLinks(node.children) }] : [node]
  })
}
