import './styles/tokens.css'
import './styles/base.css'
import './ui/theme.svelte' // before anything is drawn

import { mount } from 'svelte'

import { startSession } from './api/session_calls'
import App from './app.svelte'

export function start(): void {
  const target = document.getElementById('app')
  if (!target) throw new Error('index.html has no place for the page')
  void startSession()
  mount(App, { target })
}
