// The language that is spoken, and how a catalogue of texts follows it.
import { ofBrowser, type Language } from './choice'
import { bringTexts, texts, type Which, type Words } from './packs'
import { patience, within } from './within'

export { languageNames, languages, type Language } from './choice'

class Spoken {
  #current = $state<Language>(ofBrowser())

  get current(): Language {
    return this.#current
  }

  set current(language: Language) {
    this.#current = language
    document.documentElement.lang = language
  }
}

export const spoken = new Spoken()
document.documentElement.lang = spoken.current

const asked = new Set<Which>(['first'])
let wanted: Language | undefined

// All texts that were asked for so far come first. Of two that are chosen in a hurry the last is spoken.
export async function speak(language: Language): Promise<void> {
  wanted = language
  try {
    let known: number
    do {
      known = asked.size
      await Promise.all([...asked].map((which) => bringTexts(which, language)))
    } while (asked.size > known)
  } catch (error) {
    giveUp(language)
    throw error
  }
  if (wanted === language) spoken.current = language
}

export const isOnItsWay = (language: Language): boolean => wanted === language && spoken.current !== language

// It is not spoken, however soon it comes.
export function giveUp(language: Language): void {
  if (wanted === language) wanted = undefined
}

// The page begins in what is there, and goes over to what was wanted when that comes.
export function beginIn(language: Language): void {
  const wish = spoken.current
  if (language === wish) return
  spoken.current = language
  speak(wish).catch(() => {})
}

// A part of the page, with the texts that it needs beside the first. The build writes it around whatever comes later.
export async function withMore<Part>(part: Promise<Part>): Promise<Part> {
  asked.add('more')
  const texts = bringTexts('more', spoken.current)
  texts.catch(() => {}) // heard of below, if the part comes
  const loaded = await part
  await within(patience.part, texts)
  return loaded
}

type Entry<Of extends Words = Words> = Record<Language, Of>

// Texts with their three languages side by side; a key that lacks one does not compile. What it gives has the text of the
// spoken language under each key: text.send, text.sent(3).
export function catalogue<Of extends Record<string, Entry>>(entries: Of): { readonly [Key in keyof Of]: Of[Key]['en'] } {
  const texts = {}
  for (const [key, entry] of Object.entries(entries))
    Object.defineProperty(texts, key, { enumerable: true, get: () => entry[spoken.current] })
  return texts as { readonly [Key in keyof Of]: Of[Key]['en'] }
}

// What the build writes in its place: the same of texts that come by themselves.
export function packed(name: string): object {
  const now = (): object => texts[spoken.current][name] ?? {}
  return new Proxy({}, {
    get: (_, key) => Reflect.get(now(), key),
    ownKeys: () => Reflect.ownKeys(now()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(now(), key),
  })
}
