// Days of UTC, as the server writes them: "2026-01-31". And the bars that sums of days make.
import type { Range, UsageSum } from './calls'

export type RangeName = 'month' | 'lastMonth' | 'week' | 'thirty' | 'year' | 'own'

const dayMs = 86_400_000
const mostDays = 366 // what the server sums at once
const daysAsBars = 92 // of more days each bar is a month

const written = (at: number): string => new Date(at).toISOString().slice(0, 10)

export const atOf = (day: string): number => Date.parse(`${day}T00:00:00Z`)

export function rangeOf(name: Exclude<RangeName, 'own'>, now: Date): Range {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  const monthsAgo = (count: number): number => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 1)
  switch (name) {
    case 'month':
      return { from: written(monthsAgo(0)), to: written(today) }
    case 'lastMonth':
      return { from: written(monthsAgo(1)), to: written(monthsAgo(0) - dayMs) }
    case 'week':
      return { from: written(today - 6 * dayMs), to: written(today) }
    case 'thirty':
      return { from: written(today - 29 * dayMs), to: written(today) }
    case 'year':
      return { from: written(monthsAgo(11)), to: written(today) }
  }
}

export function isRange({ from, to }: Range): boolean {
  const days = (atOf(to) - atOf(from)) / dayMs + 1
  return days >= 1 && days <= mostDays
}

// `cost` is null where no price was known.
export type Bar = { first: string; input: number; output: number; cost: number | null; requests: number }

export const byMonth = ({ from, to }: Range): boolean => (atOf(to) - atOf(from)) / dayMs >= daysAsBars

// One for each day of the range, or each month of a long one, also where nothing was used; oldest first.
export function barsOf(range: Range, sums: UsageSum[]): Bar[] {
  const length = byMonth(range) ? 7 : 10 // of "2026-01", of "2026-01-31"
  const bars = new Map<string, Bar>()
  for (let at = atOf(range.from); at <= atOf(range.to); at += dayMs) {
    const day = written(at)
    const key = day.slice(0, length)
    if (!bars.has(key)) bars.set(key, { first: day, input: 0, output: 0, cost: null, requests: 0 })
  }
  for (const sum of sums) {
    const bar = bars.get(sum.day?.slice(0, length) ?? '')
    if (!bar) continue
    bar.input += sum.inputTokens
    bar.output += sum.outputTokens
    if (sum.costMicrousd !== null) bar.cost = (bar.cost ?? 0) + sum.costMicrousd
    bar.requests += sum.requests
  }
  return [...bars.values()]
}

// The next of 1, 2, 5, 10, 20, ... that everything fits under.
export function roundedUp(most: number): number {
  if (most <= 0) return 1
  const ten = 10 ** Math.floor(Math.log10(most))
  return ten * ([1, 2, 5, 10].find((step) => step * ten >= most) ?? 10)
}
