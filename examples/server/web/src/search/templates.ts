// Templates among what is found: they have a search of their own, which gives no passages.
import type { Hit, Passage, SearchInput } from './query'

export type Template = { id: string; name: string; description: string; updatedAt: Date }

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

// The words that were searched for, as they stand in a short text.
export function marked(text: string, wanted: string): Passage {
  const words = wanted.split(/[\s"“”]+/u).filter((word) => word !== '')
  if (text === '') return []
  if (words.length === 0) return [{ text, isMatch: false }]
  const pieces = text.split(new RegExp(`(${words.map(escaped).join('|')})`, 'giu'))
  return pieces.map((piece, at) => ({ text: piece, isMatch: at % 2 === 1 })).filter((piece) => piece.text !== '')
}

export function hitOf(template: Template, wanted: string): Hit {
  const { id, name, description, updatedAt } = template
  const passage = marked(description, wanted)
  const whole = { cutBefore: false, cutAfter: false, table: null, chatId: null, messageId: null, role: null }
  return { kind: 'template', id, title: name, passage, at: updatedAt, ...whole }
}

export const isWithin = (template: Template, input: SearchInput): boolean =>
  (!input.since || template.updatedAt >= input.since) && (!input.until || template.updatedAt < input.until)
