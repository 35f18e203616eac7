import type { Page, PageRequest } from './client_shape'

// Every page of a list that has an end, such as folders and tags, of which a user has 1,000 at most.
export async function readAll<Item>(read: (page: PageRequest) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 10; pages += 1) {
    const page = await read({ limit: 200, ...(cursor ? { cursor } : {}) })
    items.push(...page.items)
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  return items
}
