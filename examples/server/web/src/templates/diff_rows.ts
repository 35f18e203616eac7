// How a difference is drawn: lines with their numbers in both versions, and long runs that are the same folded.
import type { DiffLine } from './shape'

export type DiffRow =
  | { kind: 'same' | 'added' | 'removed'; text: string; before: number | null; after: number | null }
  | { kind: 'folded'; count: number; from: number; rows: DiffRow[] }

type LineRow = Exclude<DiffRow, { kind: 'folded' }>

function numbered(lines: readonly DiffLine[]): LineRow[] {
  let before = 0
  let after = 0
  return lines.map(({ change, text }) => ({
    kind: change,
    text,
    before: change === 'added' ? null : ++before,
    after: change === 'removed' ? null : ++after,
  }))
}

// Keeps `around` lines beside each change; what is further off is one row, unless it would hide but a line or two.
export function diffRows(lines: readonly DiffLine[], around = 3): DiffRow[] {
  const rows = numbered(lines)
  const isNear = rows.map(() => false)
  rows.forEach((row, at) => {
    if (row.kind === 'same') return
    for (let near = Math.max(0, at - around); near <= Math.min(rows.length - 1, at + around); ++near) isNear[near] = true
  })
  const drawn: DiffRow[] = []
  for (let at = 0; at < rows.length; ) {
    let end = at
    while (end < rows.length && !isNear[end]) ++end
    if (end - at > 2) drawn.push({ kind: 'folded', count: end - at, from: at, rows: rows.slice(at, end) })
    else drawn.push(...rows.slice(at, end))
    while (end < rows.length && isNear[end]) drawn.push(rows[end++]!)
    at = end
  }
  return drawn
}

export function diffCounts(lines: readonly DiffLine[]): { added: number; removed: number } {
  const count = (change: DiffLine['change']): number => lines.filter((line) => line.change === change).length
  return { added: count('added'), removed: count('removed') }
}

const textOfMember = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
const isSaid = (value: unknown): boolean => value !== null && !(Array.isArray(value) && value.length === 0)

// A field as one reads it: an object by its members that say something, one a line.
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value !== 'object' || Array.isArray(value)) return textOfMember(value)
  return Object.entries(value)
    .filter(([, member]) => isSaid(member))
    .map(([name, member]) => `${name}: ${textOfMember(member)}`)
    .join('\n')
}
