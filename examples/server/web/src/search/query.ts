// What is searched for, as the address of the search page keeps it, and as the server is asked.
export const kinds = ['everything', 'chat', 'message', 'template'] as const
export const times = ['anyTime', 'day', 'week', 'month', 'year', 'range'] as const
export const orders = ['newest', 'relevance'] as const

export type Query = {
  text: string
  kind: (typeof kinds)[number]
  time: (typeof times)[number]
  from: string // days, as <input type=date> writes them; of `range`
  to: string
  order: (typeof orders)[number]
}

export type Passage = { text: string; isMatch: boolean }[]
export type Hit = {
  kind: 'chat' | 'message' | 'template' | 'record' // a record is an application's own
  id: string
  table: string | null
  title: string
  passage: Passage
  cutBefore: boolean
  cutAfter: boolean
  chatId: string | null
  messageId: string | null
  role: string | null
  at: Date | null // of a record that says nothing of its time
}
export type Found = { items: Hit[]; nextCursor: string | null; partial: boolean; indexedSince: Date | null }

const days = { day: 1, week: 7, month: 30, year: 365 }
const mostLetters = 500
const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d\d-\d\d$/.test(text)

export const plainQuery = (text: string): Query => ({ text, kind: 'everything', time: 'anyTime', from: '', to: '', order: 'newest' })

function oneOf<Word extends string>(words: readonly Word[], text: string | null): Word {
  return words.find((word) => word === text) ?? (words[0] as Word)
}

export function queryOf(address: URLSearchParams): Query {
  const [from, to] = [address.get('from'), address.get('to')]
  return {
    text: (address.get('q') ?? '').slice(0, mostLetters),
    kind: oneOf(kinds, address.get('in')),
    time: oneOf(times, address.get('time')),
    from: isDay(from) ? from : '',
    to: isDay(to) ? to : '',
    order: oneOf(orders, address.get('order')),
  }
}

// Only what differs from the plain search is in the address.
export function pathOf(query: Query): string {
  const address = new URLSearchParams()
  if (query.text) address.set('q', query.text)
  if (query.kind !== kinds[0]) address.set('in', query.kind)
  if (query.time !== times[0]) address.set('time', query.time)
  if (query.time === 'range' && query.from) address.set('from', query.from)
  if (query.time === 'range' && query.to) address.set('to', query.to)
  if (query.order !== orders[0]) address.set('order', query.order)
  const text = address.toString()
  return text ? `/search?${text}` : '/search'
}

// A day of this place, from its first moment; `after` days later.
function dayFrom(text: string, after = 0): Date {
  const [year = 0, month = 1, date = 1] = text.split('-').map(Number)
  return new Date(year, month - 1, date + after)
}

export type SearchInput = { text: string; order: Query['order']; limit: number; kinds?: ('chat' | 'message')[]; since?: Date; until?: Date }

export function inputOf(query: Query, now: Date, limit: number): SearchInput {
  const input: SearchInput = { text: query.text.trim(), order: query.order, limit }
  if (query.kind === 'chat' || query.kind === 'message') input.kinds = [query.kind]
  if (query.time === 'range') {
    if (query.from) input.since = dayFrom(query.from)
    if (query.to) input.until = dayFrom(query.to, 1)
  } else if (query.time !== 'anyTime') input.since = new Date(now.getTime() - days[query.time] * 86_400_000)
  return input
}

// Where a hit is; null: nowhere that this page shows.
export function pathOfHit(hit: Hit): string | null {
  if (hit.kind === 'chat') return `/c/${hit.chatId ?? hit.id}`
  if (hit.kind === 'message') return hit.chatId ? `/c/${hit.chatId}#${hit.messageId ?? hit.id}` : null
  return hit.kind === 'template' ? `/templates/${hit.id}` : null
}
