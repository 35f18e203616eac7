// Opens the menu of a row; its entries come with the first one.
import { session } from '../api/session.svelte'
import { list as text } from '../i18n/list'
import { doing, nameOf, type Thing } from './doing.svelte'
import { rowMenus } from './parts'

// `back` has the focus again when the menu closes.
export async function openMenu(thing: Thing, at: DOMRect, back: HTMLElement | null): Promise<void> {
  await rowMenus.come()
  const groups = rowMenus.now?.(thing)
  if (groups) doing.menu = { label: text.actionsOf(nameOf(thing) || text.untitled), groups, at, back }
}

export const mayOpenMenu = (thing: Thing): boolean => thing.kind === 'chat' || session.may('chat_write')
