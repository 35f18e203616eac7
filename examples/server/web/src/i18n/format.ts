// Numbers, times and money as the spoken language writes them.
import { spoken } from './language.svelte'

const locale = (): string => ({ en: 'en-GB', ms: 'ms-MY', id: 'id-ID' })[spoken.current]

export const number = (value: number): string => new Intl.NumberFormat(locale()).format(value)

export const bytes = (value: number): string => {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte']
  const step = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1)
  const shown = { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: 'narrow', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(locale(), shown).format(value / 1000 ** step)
}

// Of what is counted in millionths of a dollar.
export const money = (microUsd: number): string => {
  const digits = microUsd !== 0 && Math.abs(microUsd) < 1_000_000 ? 4 : 2
  const shown = { style: 'currency', currency: 'USD', maximumFractionDigits: digits } as const
  return new Intl.NumberFormat(locale(), shown).format(microUsd / 1_000_000)
}

export const day = (at: Date): string => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(at)

export const moment = (at: Date): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(at)

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

// "3 minutes ago", "now"; of what is older than a week the day.
export function ago(at: Date, now = new Date()): string {
  const seconds = (at.getTime() - now.getTime()) / 1000
  if (Math.abs(seconds) > 7 * 86_400) return day(at)
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  for (const [unit, size] of spans)
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit)
  return words.format(0, 'second')
}

// The form of a word for a number, where a language has several: plural(n, 'message', 'messages').
export function plural(count: number, one: string, other: string): string {
  return `${number(count)} ${new Intl.PluralRules(locale()).select(count) === 'one' ? one : other}`
}

// "in 20 seconds", "in 3 hours": never sooner than it is.
export function inTime(milliseconds: number): string {
  const seconds = milliseconds / 1000
  const [unit, size] = spans.find(([, length]) => seconds >= length) ?? (['second', 1] as const)
  return new Intl.RelativeTimeFormat(locale()).format(Math.ceil(seconds / size), unit)
}

// "2 imported, 1 failed": the first always, of the others those that there are.
export const counted = (...parts: [number, string][]): string =>
  parts.filter(([count], at) => count > 0 || at === 0).map(([count, word]) => `${count} ${word}`).join(', ')
