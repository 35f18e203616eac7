// What is being written of a prompt stays over a reload of the tab, and goes with who wrote it.
import { atSignOut } from '../api/session.svelte'
import type { Content, Visibility } from './shape'

export type Written = {
  name: string
  description: string
  category: string
  command: string
  visibility: Visibility
  content: Content
}

export type Kept = { written: Written; revision: number }

const prefix = 'sambung.prompt.'
const most = 600_000 // characters: texts, variables and examples that the server takes, with room

export function keep(id: string, kept: Kept): void {
  const text = JSON.stringify(kept)
  try {
    if (text.length <= most) sessionStorage.setItem(prefix + id, text)
  } catch {
    // No room: then it is not kept.
  }
}

export function kept(id: string): Kept | null {
  try {
    const text = sessionStorage.getItem(prefix + id)
    return text === null ? null : (JSON.parse(text) as Kept)
  } catch {
    return null
  }
}

export function letGo(id: string): void {
  try {
    sessionStorage.removeItem(prefix + id)
  } catch {
    // Nothing was kept.
  }
}

atSignOut(() => {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key)
})
