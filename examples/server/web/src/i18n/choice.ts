// The languages, and which of them is spoken before anybody has signed in.
import { kept } from '../ui/kept'

export const languages = ['en', 'ms', 'id'] as const
export type Language = (typeof languages)[number]

export const languageNames: Record<Language, string> = { en: 'English', ms: 'Bahasa Melayu', id: 'Bahasa Indonesia' }

export function ofBrowser(): Language {
  const before = languages.find((one) => one === kept('language'))
  if (before) return before
  for (const wanted of navigator.languages) {
    const [base] = wanted.toLowerCase().split('-')
    const known = languages.find((one) => one === base)
    if (known) return known
  }
  return 'en'
}
