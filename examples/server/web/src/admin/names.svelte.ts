// What the members of the tenant are called, by their ids; for lists that have only these.
import { members, type Member } from './calls'

const pageSize = 200
const mostPages = 10 // of a very large tenant the newest are named, the others have their ids

export class Names {
  all = $state.raw<Member[]>([])
  readonly #byId = $derived(new Map(this.all.map((one) => [one.userId, one])))

  // What cannot be read leaves ids unnamed, and nothing else.
  async read(): Promise<void> {
    try {
      let cursor: string | null = null
      for (let count = 0; count < mostPages; ++count) {
        const page: Awaited<ReturnType<typeof members.list>> = await members.list(
          cursor === null ? { limit: pageSize } : { limit: pageSize, cursor },
        )
        this.all = [...this.all, ...page.items]
        cursor = page.nextCursor
        if (cursor === null) return
      }
    } catch {
      return
    }
  }

  of(id: string): string | null {
    const found = this.#byId.get(id)
    return found ? nameOf(found) : null
  }
}

export const nameOf = (one: Member): string => one.name || one.email || one.userId.slice(0, 8)
