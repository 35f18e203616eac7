// The language that is spoken, and how a catalogue of texts follows it.

import { kept } from '../ui/kept'

export const languages = ['en', 'ms', 'id'] as const
export type Language = (typeof languages)[number]

export const languageNames: Record<Language, string> = { en: 'English', ms: 'Bahasa Melayu', id: 'Bahasa Indonesia' }

function ofBrowser(): Language {
  const before = languages.find((one) => one === kept('language'))
  if (before) return before
  for (const wanted of navigator.languages) {
    const [base] = wanted.toLowerCase().split('-')
    const known = languages.find((one) => one === base)
    if (known) return known
  }
  return 'en'
}

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

type Words = string | ((...values: never[]) => string)
type Entry<Of extends Words = Words> = Record<Language, Of>

// Texts with their three languages side by side; a key that lacks one does not compile. What it gives has the text of the
// spoken language under each key: text.send, text.sent(3).
export function catalogue<Of extends Record<string, Entry>>(entries: Of): { readonly [Key in keyof Of]: Of[Key]['en'] } {
  const texts = {}
  for (const [key, entry] of Object.entries(entries))
    Object.defineProperty(texts, key, { enumerable: true, get: () => entry[spoken.current] })
  return texts as { readonly [Key in keyof Of]: Of[Key]['en'] }
}
