// The folders of whoever is signed in, and which of them are open on this device.
import { SvelteSet } from 'svelte/reactivity'

import { client } from '../api/link.svelte'
import { readAll } from '../api/read_all'
import { atSignOut } from '../api/session.svelte'
import { FolderTree, type Folder } from './folder_tree'
import { WholeList } from './whole_list.svelte'

const key = 'sambung.openFolders'
const mostKept = 200

function kept(): string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string').slice(-mostKept) : []
  } catch {
    return []
  }
}

class Folders {
  readonly list = new WholeList<Folder>('folders', () => readAll<Folder>((page) => client.folder.getAll(page)))
  readonly tree = $derived(new FolderTree(this.list.items))
  #open = new SvelteSet<string>(kept())

  isOpen(id: string): boolean {
    return this.#open.has(id)
  }

  expand(id: string, isOpen: boolean): void {
    if (isOpen) this.#open.add(id)
    else this.#open.delete(id)
    this.#keep()
  }

  // So that what is in it can be seen.
  reveal(id: string | null): void {
    for (const folder of this.tree.path(id)) this.#open.add(folder.id)
    this.#keep()
  }

  // A call that changes folders; what it gives is put in at once, the rest comes with the event.
  async change(call: () => Promise<Folder>): Promise<Folder> {
    const folder = await call()
    const others = this.list.items.filter((one) => one.id !== folder.id)
    this.list.items = [...others, folder]
    return folder
  }

  forget(): void {
    this.#open.clear()
    localStorage.removeItem(key)
  }

  #keep(): void {
    const ids = [...this.#open].slice(-mostKept)
    try {
      localStorage.setItem(key, JSON.stringify(ids))
    } catch {
      // Nothing is kept where the browser keeps nothing: folders are closed at the next visit.
    }
  }
}

export const folders = new Folders()

atSignOut(() => folders.forget())
