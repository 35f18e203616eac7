// The texts of a built page, which come one language at a time: `first` with the page, `more` with what is opened later.
// Where nothing was built, in development and in tests, there are none: the catalogues have their texts themselves.
import type { Language } from './choice'

export type Words = string | ((...values: never[]) => string)
type Texts = Record<string, Record<string, Words>>
export type Which = 'first' | 'more'

// Of each language what has come, by catalogue.
export const texts: Record<Language, Texts> = { en: {}, ms: {}, id: {} }

// How they come, which scripts/one_language.mjs writes below.
export const loads: Partial<Record<Which, Record<Language, () => Promise<{ default: Texts }>>>> = {}

export async function bringTexts(which: Which, language: Language): Promise<void> {
  const loaded = await loads[which]?.[language]()
  Object.assign(texts[language], loaded?.default)
}
