// How the next messages of a chat are asked for: what message.stream takes beside the text. Kept by chat on this device,
// the same in all its tabs.
import { atSignOut } from '../api/session.svelte'
import { readCalls, withCall, type CallSettings } from './kept_calls'

export type { CallSettings } from './kept_calls'

const key = 'sambung.calls'

function stored(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

let calls = $state.raw(readCalls(stored()))
addEventListener('storage', (event) => {
  if (event.key === key || event.key === null) calls = readCalls(stored())
})

export function callSettings(chatId: string): CallSettings {
  return calls.find(([id]) => id === chatId)?.[1] ?? {}
}

export function setCallSettings(chatId: string, settings: CallSettings): void {
  calls = withCall(calls, chatId, settings)
  try {
    localStorage.setItem(key, JSON.stringify(calls))
  } catch {
    // No storage: they hold until the page is closed.
  }
}

atSignOut(() => {
  calls = []
  localStorage.removeItem(key)
})
