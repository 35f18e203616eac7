// Reads messages of a chat into its tree, and then what stands beside them.
import { newestLeaf, readBranches, readPath } from './calls'
import type { Message } from './parts'
import type { Tree } from './tree'

const farthestJump = 1_000 // messages that are read at once to show what was searched for among what follows it
const largePage = 200

export class TreeReader {
  // `branched`: the tree knows more siblings than before.
  constructor(
    private readonly tree: Tree,
    private readonly chatId: () => string,
    private readonly branched: () => void,
  ) {}

  // The path to a message, or to what was said last; newest first.
  async path(leafId?: string, limit?: number): Promise<Message[]> {
    const page = await this.message(leafId, limit)
    const [deepest, highest] = [page[0]?.depth, page.at(-1)?.depth]
    if (deepest !== undefined && highest !== undefined) void this.#branches(highest, deepest)
    return page
  }

  // The same without what stands beside: a message that is known has changed.
  async message(id?: string, limit?: number): Promise<Message[]> {
    const page = await readPath(this.chatId(), id, limit)
    this.tree.putPath(page)
    return page
  }

  // Where one comes to from a message that was never shown.
  async below(id: string): Promise<string> {
    const leaf = await newestLeaf(id)
    await this.path(leaf.id)
    return leaf.id
  }

  // Whether the path to a leaf leads over a message; it is read up to there, where that is not too far.
  async reaches(leafId: string | null, messageId: string): Promise<boolean> {
    for (let read = 0; read <= farthestJump; read += largePage) {
      const path = this.tree.pathTo(leafId)
      if (path.some(({ id }) => id === messageId)) return true
      const above = path[0] && this.tree.aboveOf(path[0])
      if (!above) return false
      await this.path(above, largePage)
    }
    return false
  }

  async #branches(from: number, to: number): Promise<void> {
    try {
      const branches = await readBranches(this.chatId(), from, to)
      this.tree.putBranches(branches)
      if (branches.length > 0) this.branched()
    } catch {
      // Then it is only not offered.
    }
  }
}
