// Everything that is stored about a person, as one JSON file. It comes by pages; what has come is kept as Blobs, which the
// browser may put on the disk, and never as one text.
import type { Page, PageRequest } from '../api/client_shape'

export type Progress = { records: number; bytes: number; damaged: number }
type Read<Item> = (which: PageRequest) => Promise<Page<Item>>

const pageSize = 200

// `told` hears of every page. What `read` throws ends it.
export async function wholeExport<Item>(read: Read<Item>, at: Date, told: (so: Progress) => void): Promise<Blob> {
  const type = 'application/json'
  const progress: Progress = { records: 0, bytes: 0, damaged: 0 }
  const head = JSON.stringify({ format: 'sambung-user-export', version: 1, exportedAt: at.toISOString() })
  const parts: Blob[] = [new Blob([head.slice(0, -1), ',"records":['])]
  let cursor: string | null = null
  do {
    const page: Page<Item> = await read(cursor === null ? { limit: pageSize } : { limit: pageSize, cursor })
    const lines = page.items.map((item) => JSON.stringify(item))
    const comma = progress.records > 0 && lines.length > 0 ? ',\n' : '\n'
    const part: Blob = new Blob(lines.length > 0 ? [comma, lines.join(',\n')] : [])
    parts.push(part)
    progress.records += lines.length
    progress.bytes += part.size
    progress.damaged += page.damaged ?? 0
    told({ ...progress })
    cursor = page.nextCursor
  } while (cursor !== null)
  return new Blob([...parts, '\n]}\n'], { type })
}
