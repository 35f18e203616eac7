// The menus of the rows: which entries, for whom.
import type { Chat } from '../api/client_shape'
import { session } from '../api/session.svelte'
import { list as text } from '../i18n/list'
import type { MenuGroup } from '../ui/popup'
import { archive, download, pin } from './chat_actions'
import { doing, type Thing } from './doing.svelte'
import { deepest, type Folder } from './folder_tree'
import { folders } from './folders.svelte'

function chatMenu(chat: Chat): MenuGroup[] {
  const thing: Thing = { kind: 'chat', chat }
  const exports: MenuGroup = {
    items: [
      { label: text.exportMarkdown, icon: 'download', run: () => void download(chat, 'markdown') },
      { label: text.exportJson, icon: 'download', run: () => void download(chat, 'json') },
    ],
  }
  if (!session.may('chat_write')) return [exports]
  const order: MenuGroup = {
    items: [
      { label: text.rename, icon: 'edit', run: () => (doing.renaming = chat.id) },
      { label: chat.pinned ? text.unpin : text.pin, icon: 'pin', run: () => void pin(chat) },
      { label: text.move, icon: 'folder', run: () => (doing.asking = { what: 'move', thing }) },
      { label: text.editTags, icon: 'tag', run: () => (doing.asking = { what: 'tags', chat }) },
    ],
  }
  const away: MenuGroup = {
    items: [
      chat.archived
        ? { label: text.takeBack, icon: 'archive', run: () => void archive(chat, false) }
        : { label: text.putAway, icon: 'archive', run: () => void archive(chat) },
      { label: text.remove, icon: 'trash', danger: true, run: () => (doing.asking = { what: 'remove', thing }) },
    ],
  }
  return [order, exports, away]
}

function folderMenu(folder: Folder): MenuGroup[] {
  const thing: Thing = { kind: 'folder', folder }
  const isDeepest = folders.tree.depth(folder.id) >= deepest
  const within = { what: 'newFolder', parentId: folder.id } as const
  const order: MenuGroup = {
    items: [
      { label: text.rename, icon: 'edit', run: () => (doing.renaming = folder.id) },
      { label: text.newFolderIn, icon: 'plus', disabled: isDeepest, run: () => (doing.asking = within) },
      { label: text.moveFolder, icon: 'folder', run: () => (doing.asking = { what: 'move', thing }) },
    ],
  }
  const remove = { label: text.remove, icon: 'trash', danger: true, run: () => void (doing.asking = { what: 'remove', thing }) } as const
  return [order, { items: [remove] }]
}

export const menuOf = (thing: Thing): MenuGroup[] => (thing.kind === 'chat' ? chatMenu(thing.chat) : folderMenu(thing.folder))
