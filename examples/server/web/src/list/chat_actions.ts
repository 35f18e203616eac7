// What can be done with a chat, by menu, key or drag. Whatever fails is told in words; nothing is lost by it.
import type { Chat } from '../api/client_shape'
import { faultOf } from '../api/fault'
import { client } from '../api/link.svelte'
import { list as text } from '../i18n/list'
import { place } from '../routes.svelte'
import { announce } from '../ui/live.svelte'
import { toasts } from '../ui/toast.svelte'
import { chats } from './chats.svelte'
import { doing } from './doing.svelte'
import { exportChat } from './export_chat'
import { keepingFocus } from './focus'
import { folders } from './folders.svelte'
import { tell, titleOf } from './telling'

export const pin = (chat: Chat): Promise<void> =>
  tell(async () => {
    const focus = keepingFocus(chat.id)
    await chats.change(() => client.chat.togglePin({ id: chat.id, pinned: !chat.pinned }))
    await focus()
  })

export const archive = (chat: Chat, archived = true): Promise<void> =>
  tell(async () => {
    const focus = keepingFocus(chat.id)
    await chats.change(() => client.chat.archive({ id: chat.id, archived }))
    await focus()
    if (!archived) return
    const undo = { label: text.undo, run: () => void archive(chat, false) }
    toasts.show(text.archivedOne(titleOf(chat)), { action: undo })
  })

export const moveChat = (chat: Chat, folderId: string | null): Promise<void> =>
  tell(async () => {
    if (chat.folderId === folderId) return
    const before = chat.folderId
    const focus = keepingFocus(chat.id)
    await putIn(chat.id, folderId)
    await focus()
    const name = folderId ? folders.tree.get(folderId)?.name : undefined
    const undo = { label: text.undo, run: () => void tell(() => putIn(chat.id, before)) }
    toasts.show(name ? text.movedTo(titleOf(chat), name) : text.movedOut(titleOf(chat)), { action: undo })
  })

async function putIn(id: string, folderId: string | null): Promise<void> {
  await chats.change(() => client.chat.updateFolder(folderId ? { id, folderId } : { id }))
}

// What it throws is the dialog's to show.
export async function removeChat(chat: Chat): Promise<void> {
  await client.chat.delete({ id: chat.id })
  chats.remove(chat.id)
  if (place.route.page === 'chat' && place.route.chatId === chat.id) place.go('/', { replace: true })
  toasts.show(text.removed(titleOf(chat)))
}

// One that somebody else has renamed meanwhile is asked about, with what was written kept.
export const renameChat = (chat: Chat, title: string): Promise<void> =>
  tell(async () => {
    try {
      await chats.change(() => client.chat.update({ id: chat.id, revision: chat.revision, title }))
    } catch (error) {
      if (faultOf(error).code !== 'conflict') throw error
      await renameAnew(chat, title)
    }
  })

// A revision also moves on when something is said in the chat: then the name is nobody's but ours.
async function renameAnew(before: Chat, title: string): Promise<void> {
  const now = await chats.readAgain(before.id)
  if (!now) return
  if (now.title !== before.title && now.title !== title) doing.asking = { what: 'stale', thing: { kind: 'chat', chat: now }, mine: title }
  else if (now.title !== title) await renameChat(now, title)
}

export const download = (chat: Chat, format: 'markdown' | 'json'): Promise<void> =>
  tell(async () => {
    announce(text.exporting)
    await exportChat(chat.id, titleOf(chat), format)
  })
