// Prompts as a JSON file, out and in.
import { client } from '../api/link.svelte'
import { download } from '../ui/handing'
import { limits, type ImportReport } from './shape'

// As far as it is looked at here; what else is in one the server judges.
type Archive = { format: string; version: number; prompts: { name: string }[] }

// All of one's own, where none is named.
export async function saveExport(ids: string[]): Promise<void> {
  const archive: Archive = await client.prompt.exportPrompts({ ids })
  const blob = new Blob([JSON.stringify(archive, null, 2)], { type: 'application/json' })
  download(blob, `prompts-${new Date().toISOString().slice(0, 10)}.json`)
}

export type ReadFile = { archive: Archive } | { fault: 'tooLarge' | 'notJson' | 'notPrompts' }

const isNamed = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'

function isArchive(value: unknown): value is Archive {
  if (typeof value !== 'object' || value === null) return false
  if (!('format' in value) || !('version' in value) || !('prompts' in value)) return false
  const { format, version, prompts } = value
  return typeof format === 'string' && typeof version === 'number' && Array.isArray(prompts) && prompts.every(isNamed)
}

export async function readArchive(file: File): Promise<ReadFile> {
  if (file.size > limits.importBytes) return { fault: 'tooLarge' }
  try {
    const read: unknown = JSON.parse(await file.text())
    return isArchive(read) ? { archive: read } : { fault: 'notPrompts' }
  } catch {
    return { fault: 'notJson' }
  }
}

export const importArchive = (archive: Archive): Promise<ImportReport> => client.prompt.importPrompts(archive)
