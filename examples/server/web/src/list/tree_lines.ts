// The lines of the tree of folders that can be seen: each open folder is followed by its folders and then its chats.
import type { Chat } from '../api/client_shape'
import { top, type Folder, type FolderTree } from './folder_tree'

type Placed = { key: string; level: number; position: number; size: number }
export type Step = Placed &
  ({ kind: 'folder'; folder: Folder; isOpen: boolean } | { kind: 'chat'; chat: Chat } | { kind: 'more'; folderId: string; hasFailed: boolean })
export type Line = Step | { key: string; level: number; kind: 'empty' | 'reading' }

// Not a mere word about a folder: one can be on it.
export const isStep = (line: Line): line is Step => line.kind !== 'empty' && line.kind !== 'reading'

export type Contents = { chats: Chat[]; isReading: boolean; hasMore: boolean; hasFailed: boolean }

export function treeLines(
  tree: FolderTree,
  isOpen: (id: string) => boolean,
  contentsOf: (id: string) => Contents,
  parent = top,
  level = 1,
): Line[] {
  const inner = tree.children(parent)
  const contents = parent === top ? { chats: [], isReading: false, hasMore: false, hasFailed: false } : contentsOf(parent)
  const size = inner.length + contents.chats.length + (contents.hasMore ? 1 : 0)
  const lines: Line[] = inner.flatMap((folder, at) => {
    const open = isOpen(folder.id)
    const line: Line = { kind: 'folder', key: folder.id, folder, level, isOpen: open, position: at + 1, size }
    return open ? [line, ...treeLines(tree, isOpen, contentsOf, folder.id, level + 1)] : [line]
  })
  contents.chats.forEach((chat, at) =>
    lines.push({ kind: 'chat', key: chat.id, chat, level, position: inner.length + at + 1, size }),
  )
  const { hasMore, hasFailed } = contents
  if (hasMore) lines.push({ kind: 'more', key: `more ${parent}`, folderId: parent, hasFailed, level, position: size, size })
  if (size === 0 && parent !== top)
    lines.push({ key: `none ${parent}`, kind: contents.isReading ? 'reading' : 'empty', level })
  return lines
}

// Where a key leads from a line, by the tree pattern of ARIA; undefined: nowhere.
export function stepFrom(lines: Line[], key: string, from: string): Step | undefined {
  const steps = lines.filter(isStep)
  const at = steps.findIndex((line) => line.key === from)
  const line = steps[at]
  if (!line) return steps[0]
  switch (key) {
    case 'ArrowDown':
      return steps[at + 1]
    case 'ArrowUp':
      return steps[at - 1]
    case 'Home':
      return steps[0]
    case 'End':
      return steps.at(-1)
    case 'ArrowRight':
      return line.kind === 'folder' && line.isOpen && (steps[at + 1]?.level ?? 0) > line.level ? steps[at + 1] : undefined
    case 'ArrowLeft':
      return steps.slice(0, at).findLast((before) => before.level < line.level)
    default:
      return undefined
  }
}

// The next line behind this one whose name begins with what was typed.
export function lineNamed(lines: Line[], letter: string, from: string, nameOf: (line: Line) => string): Line | undefined {
  const at = lines.findIndex((line) => line.key === from)
  const round = [...lines.slice(at + 1), ...lines.slice(0, at + 1)]
  return round.find((line) => nameOf(line).toLocaleLowerCase().startsWith(letter.toLocaleLowerCase()))
}
