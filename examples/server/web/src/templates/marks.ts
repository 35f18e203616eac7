// A text of a prompt in pieces, as the editor colours it: variables, what decides, what is included, and where a fault is.
import type { TemplateFault } from './shape'

export type Mark = { kind: 'text' | 'variable' | 'word' | 'fault'; text: string }

const braces = /\\\{\{|\{\{[^{}]*\}\}/g

function kindOf(piece: string): Mark['kind'] {
  if (piece.startsWith('\\')) return 'text'
  return /^\{\{\s*(#if\b|\/if|else\s*\}|>)/.test(piece) ? 'word' : 'variable'
}

// Where a line and column (from 1, in characters of Unicode) are in the text.
export function offsetOf(text: string, line: number, column: number): number {
  let at = 0
  for (let passed = 1; passed < line; ++passed) {
    const end = text.indexOf('\n', at)
    if (end < 0) return text.length
    at = end + 1
  }
  for (let passed = 1; passed < column && at < text.length; ++passed) at += text.codePointAt(at)! > 0xffff ? 2 : 1
  return at
}

// As far as the fault is likely to reach: the braces that begin there, else the rest of the word.
function endOf(text: string, from: number): number {
  const piece = /^(?:\{\{[^\n]*?\}\}|\S+|.)/.exec(text.slice(from, from + 400))?.[0]
  return from + (piece?.length ?? 0)
}

type Span = { from: number; to: number; kind: Mark['kind'] }

function spansOf(text: string, faults: readonly TemplateFault[]): Span[] {
  const bad = faults
    .filter((one) => one.line > 0)
    .map((one) => offsetOf(text, one.line, one.column))
    .map((from) => ({ from, to: endOf(text, from), kind: 'fault' as const }))
  const good = [...text.matchAll(braces)]
    .map((found) => ({ from: found.index, to: found.index + found[0].length, kind: kindOf(found[0]) }))
    .filter((span) => !bad.some((one) => one.from < span.to && span.from < one.to))
  return [...bad, ...good].sort((one, other) => one.from - other.from)
}

// Pieces that are, one behind the other, the text.
export function marked(text: string, faults: readonly TemplateFault[]): Mark[] {
  const marks: Mark[] = []
  let done = 0
  for (const span of spansOf(text, faults)) {
    if (span.from < done || span.to <= span.from) continue
    if (span.from > done) marks.push({ kind: 'text', text: text.slice(done, span.from) })
    marks.push({ kind: span.kind, text: text.slice(span.from, span.to) })
    done = span.to
  }
  if (done < text.length) marks.push({ kind: 'text', text: text.slice(done) })
  return marks
}

const builtIn = new Set(['today', 'now', 'weekday', 'user_name', 'tenant_name', 'project_name', 'model', 'else'])

// Names that texts use and nobody has declared.
export function undeclared(texts: readonly string[], declared: readonly string[]): string[] {
  const known = new Set(declared)
  const found = new Set<string>()
  for (const text of texts)
    for (const [, escaped, name] of text.matchAll(/(\\?)\{\{\s*(?:#if\s+)?([A-Za-z]\w{0,39})\s*\}\}/g))
      if (name && !escaped && !known.has(name) && !builtIn.has(name)) found.add(name)
  return [...found]
}
