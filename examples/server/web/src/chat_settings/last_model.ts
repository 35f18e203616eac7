// The model that was used last on this device: new chats begin with it.
import { atSignOut } from '../api/session.svelte'

const key = 'sambung.model'

export function lastUsedModel(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export function rememberModel(model: string): void {
  try {
    if (model !== '' && model.length <= 200) localStorage.setItem(key, model)
  } catch {
    // No storage: then nothing is remembered.
  }
}

atSignOut(() => localStorage.removeItem(key))
