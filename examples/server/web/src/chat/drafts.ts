// What was typed and not sent, by chat, over restarts of the browser. Gone when its user signs out.
export interface DraftStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const place = 'sambung.drafts'
const maxDrafts = 50
const maxCharacters = 200_000 // of all drafts together; browsers keep some megabytes

type Kept = { chat: string; text: string }[] // the one that was changed last comes last

export class Drafts {
  #storage: DraftStorage

  constructor(storage: DraftStorage) {
    this.#storage = storage
  }

  // `chat` is its id, or 'new'.
  read(chat: string): string {
    return this.#load().find((draft) => draft.chat === chat)?.text ?? ''
  }

  write(chat: string, text: string): void {
    const others = this.#load().filter((draft) => draft.chat !== chat)
    const kept = text.trim() === '' ? others : [...others, { chat, text }]
    this.#save(withinBounds(kept))
  }

  clear(): void {
    this.#attempt(() => this.#storage.removeItem(place))
  }

  #load(): Kept {
    const text = this.#attempt(() => this.#storage.getItem(place))
    if (!text) return []
    try {
      const kept: unknown = JSON.parse(text)
      return Array.isArray(kept) ? kept.filter(isDraft) : []
    } catch {
      return []
    }
  }

  #save(kept: Kept): void {
    if (kept.length === 0) return this.clear()
    this.#attempt(() => this.#storage.setItem(place, JSON.stringify(kept)))
  }

  // A browser may allow no storage, or be full: then drafts last as long as the page.
  #attempt<Value>(what: () => Value): Value | undefined {
    try {
      return what()
    } catch {
      return undefined
    }
  }
}

function isDraft(value: unknown): value is Kept[number] {
  if (typeof value !== 'object' || value === null) return false
  const { chat, text } = value as Partial<Kept[number]>
  return typeof chat === 'string' && typeof text === 'string'
}

function withinBounds(kept: Kept): Kept {
  const newest = kept.slice(-maxDrafts)
  let characters = newest.reduce((sum, { text }) => sum + text.length, 0)
  while (characters > maxCharacters && newest.length > 1) characters -= newest.shift()?.text.length ?? 0
  return newest
}
