// Prompts as a JSON file, out and in.
import { client } from '../api/link.svelte'
import { download } from '../ui/handing'
import { limits, type ImportReport } from './shape'

type Archive = { format: string; version: number; prompts: unknown[] }

// All of one's own, where none is named.
export async function saveExport(ids: readonly string[]): Promise<void> {
  const archive = (await client.prompt.exportPrompts({ ids })) as Archive
  const blob = new Blob([JSON.stringify(archive, null, 2)], { type: 'application/json' })
  download(blob, `prompts-${new Date().toISOString().slice(0, 10)}.json`)
}

export type ReadFile = { archive: Archive } | { fault: 'tooLarge' | 'notJson' | 'notPrompts' }

export async function readArchive(file: File): Promise<ReadFile> {
  if (file.size > limits.importBytes) return { fault: 'tooLarge' }
  try {
    const read: unknown = JSON.parse(await file.text())
    const isArchive = typeof read === 'object' && read !== null && 'prompts' in read && Array.isArray(read.prompts)
    return isArchive ? { archive: read as Archive } : { fault: 'notPrompts' }
  } catch {
    return { fault: 'notJson' }
  }
}

export const importArchive = async (archive: Archive): Promise<ImportReport> =>
  (await client.prompt.importPrompts(archive)) as ImportReport
