// The quick search: chats by what is typed, those that are known at once, those of the server behind them.
import type { Chat, Page } from '../api/client_shape'
import { faultOf, type Fault } from '../api/fault'
import { client } from '../api/link.svelte'
import { chats } from '../list/chats.svelte'
import { place } from '../routes.svelte'
import { Latest } from './latest'
import { pathOf, plainQuery } from './query'

export type Option = { key: string; kind: 'chat'; chat: Chat } | { key: string; kind: 'everywhere'; text: string }

const mostKnown = 6
const mostFound = 12

export class Quick {
  text = $state('')
  active = $state(0)
  fault = $state.raw<Fault | null>(null)
  #found = $state.raw<Chat[]>([])

  readonly options: Option[] = $derived.by(() => {
    const wanted = this.text.trim()
    const known = wanted ? chats.titled(wanted, mostKnown) : chats.latest(mostKnown)
    const ids = new Set(known.map((chat) => chat.id))
    const found = wanted ? this.#found.filter((chat) => !ids.has(chat.id)) : []
    const options: Option[] = [...known, ...found].map((chat) => ({ key: chat.id, kind: 'chat', chat }))
    return wanted ? [...options, { key: 'everywhere', kind: 'everywhere', text: wanted }] : options
  })

  #latest = new Latest<string, Page<Chat>>(
    (text, signal) => client.chat.search({ text, limit: mostFound }, { signal }),
    (page) => {
      this.#found = page.items
      this.fault = null
    },
    (error) => (this.fault = faultOf(error)),
  )

  type(text: string): void {
    this.text = text
    this.active = 0
    const wanted = text.trim()
    if (wanted) this.#latest.want(wanted)
    else this.clear()
  }

  clear(): void {
    this.#latest.drop()
    this.text = ''
    this.active = 0
    this.fault = null
    this.#found = []
  }

  step(by: number): void {
    const count = this.options.length
    if (count > 0) this.active = (this.active + by + count) % count
  }

  choose(option: Option | undefined = this.options[this.active]): boolean {
    if (!option) return false
    place.go(option.kind === 'chat' ? `/c/${option.chat.id}` : pathOf(plainQuery(option.text)))
    return true
  }
}
