// A chat's messages by id: a tree, of which one path is shown. Knows nothing of the screen or the server.
import { isFinal, type Message } from './parts'

export class Tree {
  #messages = new Map<string, Message>()
  #children = new Map<string | null, string[]>()
  #above = new Map<string, string>() // where a damaged message between two was left out
  #branches = new Map<string | null, string[]>() // what the server says of messages that were not read
  #chosen = new Map<string, string>() // the child that was shown last
  #leaves = new Set<string>() // where paths ended that were shown

  get(id: string): Message | undefined {
    return this.#messages.get(id)
  }

  get size(): number {
    return this.#messages.size
  }

  // False for what is older than what is known: events and pages come in any order.
  put(message: Message): boolean {
    const known = this.#messages.get(message.id)
    if (known && known.revision >= message.revision) return false
    if (known && isFinal(known) && !isFinal(message)) return false
    this.#messages.set(message.id, message)
    if (known && known.parentId !== message.parentId) this.#dropChild(known)
    if (!known || known.parentId !== message.parentId) this.#addChild(message)
    return true
  }

  // A page as message.list gives it, newest first.
  putPath(page: Message[]): void {
    for (const [at, message] of page.entries()) {
      this.put(message)
      const next = page[at + 1]
      if (next && message.parentId !== next.id) this.#above.set(message.id, next.id)
    }
  }

  // What is known of it until the server has said more: of no revision, so that anything of the server's is newer.
  patch(id: string, changes: Partial<Message>): void {
    const known = this.#messages.get(id)
    if (known) this.#messages.set(id, { ...known, ...changes })
  }

  // From the oldest that is known to the leaf; what was walked is remembered.
  pathTo(leafId: string | null): Message[] {
    if (leafId !== null) this.#leaves.add(leafId)
    const path: Message[] = []
    const seen = new Set<string>()
    let at = leafId === null ? undefined : this.#messages.get(leafId)
    while (at && !seen.has(at.id)) {
      path.push(at)
      seen.add(at.id)
      const above = this.aboveOf(at)
      if (above !== null) this.#chosen.set(above, at.id)
      at = above === null ? undefined : this.#messages.get(above)
    }
    return path.reverse()
  }

  aboveOf(message: Message): string | null {
    return this.#above.get(message.id) ?? message.parentId
  }

  putBranches(branches: { parentId: string | null; messageIds: string[] }[]): void {
    for (const { parentId, messageIds } of branches) this.#branches.set(parentId, messageIds)
  }

  // It and what stands beside it, oldest first: ids are in the order of their times.
  siblings(id: string): string[] {
    const message = this.#messages.get(id)
    if (!message) return [id]
    const read = this.#children.get(message.parentId) ?? []
    const told = this.#branches.get(message.parentId)
    return told ? [...new Set([...told, ...read])].sort() : read
  }

  // Where one comes to from here along what was shown last; null where that was never shown.
  leafBelow(id: string): string | null {
    let at = id
    for (let steps = this.#messages.size; steps > 0; steps--) {
      const next = this.#chosen.get(at)
      if (!next) return this.#leaves.has(at) ? at : null
      at = next
    }
    return at
  }

  #dropChild(message: Message): void {
    const beside = this.#children.get(message.parentId) ?? []
    this.#children.set(
      message.parentId,
      beside.filter((id) => id !== message.id),
    )
  }

  #addChild(message: Message): void {
    const beside = this.#children.get(message.parentId) ?? []
    const at = beside.findIndex((id) => id > message.id)
    if (at < 0) beside.push(message.id)
    else beside.splice(at, 0, message.id)
    this.#children.set(message.parentId, beside)
  }
}
