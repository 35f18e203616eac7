// The chats that the page knows, whichever list or event brought them. A list is what of them belongs to it, as far as
// it has been read: so one row that is read again is right in every list.
import type { Chat } from '../api/client_shape'

export type Holds = (chat: Chat) => boolean
export type Place = Pick<Chat, 'id' | 'pinned' | 'activeAt'>

const mostGone = 1_000

// The order of the server's lists: pinned ones first, each by activity.
export function byActivity(one: Place, other: Place): number {
  if (one.pinned !== other.pinned) return one.pinned ? -1 : 1
  const later = other.activeAt.getTime() - one.activeAt.getTime()
  if (later !== 0) return later
  return one.id < other.id ? 1 : one.id > other.id ? -1 : 0
}

// A page of a list: what lies behind `after`, up to its last item, or to the end if it is the last page.
export type ReadPage = { items: Chat[]; after: Place | null; isLast: boolean; holds: Holds }

export class ChatRows {
  #known = new Map<string, { chat: Chat; asOf: number; putAt: number }>()
  #gone = new Set<string>()
  #reads = 0

  // Before each read: of two that give the same revision the one that was begun later counts.
  begin(): number {
    this.#reads += 1
    return this.#reads
  }

  get(id: string): Chat | undefined {
    return this.#known.get(id)?.chat
  }

  put(chat: Chat, asOf: number): void {
    if (this.#gone.has(chat.id)) return
    const known = this.#known.get(chat.id)
    if (known && (known.chat.revision > chat.revision || (known.chat.revision === chat.revision && known.asOf > asOf))) return
    this.#known.set(chat.id, { chat, asOf, putAt: this.#reads })
  }

  // Deleted: a page that was read before does not bring it back.
  remove(id: string): void {
    this.#known.delete(id)
    this.#gone.add(id)
    const [oldest] = this.#gone
    if (this.#gone.size > mostGone && oldest) this.#gone.delete(oldest)
  }

  putPage(page: ReadPage, asOf: number): void {
    const found = new Set(page.items.map((chat) => chat.id))
    const last = page.isLast ? null : (page.items.at(-1) ?? page.after)
    for (const [id, { chat, putAt }] of this.#known) {
      const isWithin = isBehind(chat, page.after) && isUpTo(chat, last)
      // It would be in the page if it were there still, unless it came while the page was read.
      if (putAt < asOf && !found.has(id) && isWithin && page.holds(chat)) this.#known.delete(id)
    }
    for (const chat of page.items) this.put(chat, asOf)
  }

  // What belongs to a list, up to where it has been read; null: to its end.
  list(holds: Holds, upTo: Place | null): Chat[] {
    const all = [...this.#known.values()].map(({ chat }) => chat)
    return all.filter((chat) => holds(chat) && isUpTo(chat, upTo)).sort(byActivity)
  }

  // Those whose title has the text in it: what can be shown before the server has been asked.
  titled(text: string, most: number): Chat[] {
    const wanted = folded(text)
    return this.list((chat) => folded(chat.title).includes(wanted), null).slice(0, most)
  }

  forget(): void {
    this.#known.clear()
    this.#gone.clear()
  }
}

const isBehind = (chat: Place, after: Place | null): boolean => after === null || byActivity(after, chat) < 0
const isUpTo = (chat: Place, last: Place | null): boolean => last === null || byActivity(chat, last) <= 0

// Without case and accents.
export const folded = (text: string): string =>
  text.normalize('NFKD').replace(/\p{Mn}/gu, '').toLocaleLowerCase().trim()
