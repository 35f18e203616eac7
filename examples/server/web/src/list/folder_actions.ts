// What can be done with a folder.
import { faultOf } from '../api/fault'
import { client } from '../api/link.svelte'
import { list as text } from '../i18n/list'
import { toasts } from '../ui/toast.svelte'
import { doing } from './doing.svelte'
import { top, type Folder } from './folder_tree'
import { folders } from './folders.svelte'
import { tell } from './telling'

const isTaken = (error: unknown): boolean => faultOf(error).code === 'already_exists'

// Throws what the dialog shows at its field.
export async function createFolder(name: string, parentId: string): Promise<Folder> {
  const within = parentId === top ? {} : { parentId }
  const made = await folders.change(() => client.folder.create({ name, ...within }))
  folders.reveal(parentId)
  return made
}

export const renameFolder = (folder: Folder, name: string): Promise<void> =>
  tell(async () => {
    try {
      await folders.change(() => client.folder.rename({ id: folder.id, name, revision: folder.revision }))
    } catch (error) {
      if (isTaken(error)) toasts.show(text.nameTaken, { kind: 'fault' })
      else if (faultOf(error).code === 'conflict') await renameAnew(folder, name)
      else throw error
    }
  })

async function renameAnew(before: Folder, name: string): Promise<void> {
  await folders.list.again()
  const now = folders.tree.get(before.id)
  if (!now) return
  if (now.name !== before.name && now.name !== name) doing.asking = { what: 'stale', thing: { kind: 'folder', folder: now }, mine: name }
  else if (now.name !== name) await renameFolder(now, name)
}

export const moveFolder = (folder: Folder, parentId: string): Promise<void> =>
  tell(async () => {
    if (folder.parentId === parentId) return
    if (!folders.tree.mayHold(parentId, folder.id)) return void toasts.show(text.tooDeep, { kind: 'fault' })
    const to = parentId === top ? {} : { parentId }
    try {
      await folders.change(() => client.folder.move({ id: folder.id, ...to }))
      folders.reveal(parentId)
    } catch (error) {
      if (!isTaken(error)) throw error
      toasts.show(text.nameTaken, { kind: 'fault' })
    }
  })

export async function removeFolder(folder: Folder): Promise<void> {
  await client.folder.delete({ id: folder.id })
  await folders.list.again()
}
