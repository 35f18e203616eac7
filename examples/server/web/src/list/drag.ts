// Chats and folders that are dragged onto a folder: a quicker way than the dialog, never the only one.
import { chats } from './chats.svelte'
import type { Thing } from './doing.svelte'
import { idOf } from './doing.svelte'
import { top } from './folder_tree'
import { folders } from './folders.svelte'

const type = { chat: 'application/x-sambung-chat', folder: 'application/x-sambung-folder' } as const

export function begin(event: DragEvent, thing: Thing): void {
  if (!event.dataTransfer) return
  event.dataTransfer.setData(type[thing.kind], idOf(thing))
  event.dataTransfer.effectAllowed = 'move'
}

export const isOurs = (event: DragEvent): boolean =>
  Object.values(type).some((one) => event.dataTransfer?.types.includes(one))

// `folderId` null: out of any, to the top.
export function drop(event: DragEvent, folderId: string | null): void {
  const chat = chats.get(event.dataTransfer?.getData(type.chat) ?? '')
  const folder = folders.tree.get(event.dataTransfer?.getData(type.folder) ?? '')
  if (!chat && !folder) return
  event.preventDefault()
  event.stopPropagation()
  if (chat) void import('./chat_actions').then(({ moveChat }) => moveChat(chat, folderId))
  if (folder && folder.id !== folderId) void import('./folder_actions').then(({ moveFolder }) => moveFolder(folder, folderId ?? top))
}

// For an element on which things may be dropped: marked by a class while one is over it.
export function dropping(folderId: string | null): (element: HTMLElement) => () => void {
  return (element) => {
    const mark = (isOver: boolean): void => void element.classList.toggle('dropping', isOver)
    const over = (event: DragEvent): void => {
      if (!isOurs(event)) return
      event.preventDefault()
      event.stopPropagation()
      mark(true)
    }
    const leave = (): void => mark(false)
    const dropped = (event: DragEvent): void => {
      mark(false)
      drop(event, folderId)
    }
    element.addEventListener('dragover', over)
    element.addEventListener('dragleave', leave)
    element.addEventListener('drop', dropped)
    return () => {
      element.removeEventListener('dragover', over)
      element.removeEventListener('dragleave', leave)
      element.removeEventListener('drop', dropped)
    }
  }
}
