// What is being done in the sidebar just now: one row is renamed, one menu is open, one dialog asks.
import type { Chat } from '../api/client_shape'
import type { MenuGroup } from '../ui/popup'
import type { Folder } from './folder_tree'

export type Thing = { kind: 'chat'; chat: Chat } | { kind: 'folder'; folder: Folder }

export type Asking =
  | { what: 'move' | 'remove'; thing: Thing }
  | { what: 'tags'; chat: Chat }
  | { what: 'newFolder'; parentId: string }
  | { what: 'stale'; thing: Thing; mine: string }

type OpenMenu = { label: string; groups: MenuGroup[]; at: DOMRect; back: HTMLElement | null; above?: boolean }

export const idOf = (thing: Thing): string => (thing.kind === 'chat' ? thing.chat.id : thing.folder.id)
export const nameOf = (thing: Thing): string => (thing.kind === 'chat' ? thing.chat.title : thing.folder.name)

class Doing {
  renaming = $state<string | null>(null)
  asking = $state.raw<Asking | null>(null)
  menu = $state.raw<OpenMenu | null>(null)
}

export const doing = new Doing()
