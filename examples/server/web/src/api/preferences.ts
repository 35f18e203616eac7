// Language, theme and shortcuts: of the person while one is signed in (user.settings), before that of this browser.
import { languages, speak, spoken, type Language } from '../i18n/language.svelte'
import { keep } from '../ui/kept'
import { shortcuts } from '../ui/shortcuts.svelte'
import { theme, themes, type Theme } from '../ui/theme.svelte'
import { faultOf } from './fault'
import { session } from './session.svelte'
import { updateProfile } from './session_calls'

const isOf = <One extends string>(all: readonly One[], value: unknown): value is One => all.some((one) => one === value)

async function showLanguage(language: Language): Promise<void> {
  await speak(language)
  if (spoken.current === language) keep('language', language) // another may have been chosen meanwhile
}

// Done once the language is spoken, or cannot be: then the one before it is.
export async function takeSettings(settings: Record<string, unknown>): Promise<void> {
  const speaking = isOf(languages, settings.language) ? showLanguage(settings.language) : undefined
  if (isOf(themes, settings.theme)) theme.current = settings.theme
  shortcuts.take(settings.shortcuts)
  await speaking?.catch(() => {})
}

const attempts = 3

// All of them are shown at once and stored then, over what else is in `settings`, however often that changes meanwhile; what
// the server says of a failure is the caller's to show.
export async function saveSettings(changes: Record<string, unknown>): Promise<void> {
  void takeSettings(changes)
  for (let attempt = 1; session.user; ++attempt) {
    try {
      return await updateProfile({ settings: { ...session.user.settings, ...changes } })
    } catch (error) {
      if (attempt === attempts || faultOf(error).code !== 'conflict') throw error // the newer profile has been read
    }
  }
}

export const chooseLanguage = (language: Language): Promise<void> => saveSettings({ language })
export const chooseTheme = (chosen: Theme): Promise<void> => saveSettings({ theme: chosen })
