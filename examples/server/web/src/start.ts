import './styles/tokens.css'
import './styles/base.css'
import './ui/theme.svelte' // before anything is drawn

import { mount } from 'svelte'

import { startSession } from './api/session_calls'
import App from './app.svelte'
import type { Language } from './i18n/choice'
import { beginIn } from './i18n/language.svelte'

export function start(language: Language): void {
  const target = document.getElementById('app')
  if (!target) throw new Error('index.html has no place for the page')
  target.replaceChildren() // that it was slow to come
  beginIn(language)
  void startSession()
  mount(App, { target })
}
