// Folders as a tree, and what of it can be seen, line by line.
export type Folder = {
  id: string
  parentId: string
  name: string
  position: number
  createdAt: Date
  updatedAt: Date
  revision: number
}

export const top = '00000000-0000-0000-0000-000000000000'
export const deepest = 8

const byPlace = (one: Folder, other: Folder): number =>
  one.position - other.position || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)

export class FolderTree {
  #children = new Map<string, Folder[]>()
  #byId: Map<string, Folder>

  constructor(folders: Folder[]) {
    this.#byId = new Map(folders.map((folder) => [folder.id, folder]))
    for (const folder of folders) {
      // One whose parent is not known (yet) stands at the top rather than nowhere.
      const parent = this.#byId.has(folder.parentId) ? folder.parentId : top
      this.#children.set(parent, [...(this.#children.get(parent) ?? []), folder])
    }
    for (const all of this.#children.values()) all.sort(byPlace)
  }

  get(id: string): Folder | undefined {
    return this.#byId.get(id)
  }

  children(parent: string): Folder[] {
    return this.#children.get(parent) ?? []
  }

  // From the top down to it, itself included.
  path(id: string | null): Folder[] {
    const path: Folder[] = []
    for (let at = id === null ? undefined : this.get(id); at && path.length < deepest; at = this.get(at.parentId))
      path.unshift(at)
    return path
  }

  depth(id: string): number {
    return this.path(id).length
  }

  height(id: string, limit = deepest): number {
    if (limit === 0) return 0
    return 1 + Math.max(0, ...this.children(id).map((child) => this.height(child.id, limit - 1)))
  }

  isWithin(id: string, ancestor: string): boolean {
    return this.path(id).some((folder) => folder.id === ancestor)
  }

  // Every folder with its depth from 1 on, parents before children.
  flat(parent = top, depth = 1): { folder: Folder; depth: number }[] {
    if (depth > deepest) return []
    return this.children(parent).flatMap((folder) => [{ folder, depth }, ...this.flat(folder.id, depth + 1)])
  }

  // Where a folder may go: not into itself, and not deeper than there may be folders.
  mayHold(parent: string, moved: string): boolean {
    if (parent === top) return true
    return !this.isWithin(parent, moved) && this.depth(parent) + this.height(moved) <= deepest
  }
}
