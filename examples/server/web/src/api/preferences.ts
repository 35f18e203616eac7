// Language, theme and shortcuts: of the person while one is signed in (user.settings), before that of this browser.
import { explain } from '../i18n/errors'
import { giveUp, isOnItsWay, languages, speak, spoken, type Language } from '../i18n/language.svelte'
import { patience, within } from '../i18n/within'
import { keep } from '../ui/kept'
import { shortcuts } from '../ui/shortcuts.svelte'
import { theme, themes, type Theme } from '../ui/theme.svelte'
import { toasts } from '../ui/toast.svelte'
import { faultOf, NotLoaded } from './fault'
import { session } from './session.svelte'
import { updateProfile } from './session_calls'

const isOf = <One extends string>(all: readonly One[], value: unknown): value is One => all.some((one) => one === value)

async function showLanguage(language: Language): Promise<void> {
  await speak(language)
  if (spoken.current === language) keep('language', language) // another may have been chosen meanwhile
}

let choosing: Language | null = null

// Whether it is spoken now: not if another was chosen meanwhile.
async function change(language: Language): Promise<boolean> {
  choosing = language
  try {
    await within(patience.change, showLanguage(language))
    return choosing === language
  } catch {
    if (choosing !== language) return false
    giveUp(language)
    throw new NotLoaded(`the texts of "${language}" have not come`)
  } finally {
    if (choosing === language) choosing = null
  }
}

const tellNotLoaded = (): void => toasts.show(explain(faultOf(new NotLoaded())), { kind: 'fault' })

// Done once the language is spoken, or does not come soon: then it is told, and the one before it is spoken until it comes.
export async function takeSettings(settings: Record<string, unknown>): Promise<void> {
  const { language } = settings
  if (isOf(themes, settings.theme)) theme.current = settings.theme
  shortcuts.take(settings.shortcuts)
  if (choosing || !isOf(languages, language)) return
  const time = isOnItsWay(language) ? 0 : patience.start
  await within(time, showLanguage(language)).catch(tellNotLoaded)
}

const attempts = 3

// All of them are shown at once and stored then, over what else is in `settings`, however often that changes meanwhile; a
// language once it can be spoken. What the server says of a failure is the caller's to show, and that a language does not come.
export async function saveSettings(changes: Record<string, unknown>): Promise<void> {
  if (isOf(languages, changes.language) && !(await change(changes.language))) return
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
