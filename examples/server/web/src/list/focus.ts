// Where the focus goes when the row that had it leaves its place: to the same row elsewhere, else to one beside it.
import { tick } from 'svelte'

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-testid=chat-list] .side-row')]
const idOf = (row: HTMLElement): string | undefined => row.dataset.chatId ?? row.dataset.folderId

export function focusRow(row: HTMLElement | undefined): void {
  const target = row?.getAttribute('role') === 'treeitem' ? row : row?.querySelector<HTMLElement>('a')
  target?.focus()
}

// Called before a row leaves; what it gives is called behind that.
export function keepingFocus(id: string): () => Promise<void> {
  const all = rows()
  const at = all.findIndex((row) => idOf(row) === id)
  const near = [all[at + 1], all[at - 1]].map((row) => row && idOf(row))
  return async () => {
    await tick()
    if (document.activeElement && document.activeElement !== document.body) return
    const now = rows()
    focusRow([id, ...near].map((one) => now.find((row) => idOf(row) === one)).find((row) => row !== undefined))
  }
}

// More rows by a button that may go with them: the focus is on the first of the new ones.
export async function afterMore(button: Element, more: () => Promise<void>): Promise<void> {
  const isBefore = (row: HTMLElement): boolean => (row.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
  const last = rows().findLast(isBefore)
  await more()
  await tick()
  focusRow(last ? rows()[rows().indexOf(last) + 1] : rows()[0])
}

// The same for an end that is scrolled to, if it is the one that has the focus.
export async function moreAtEnd(end: Element, more: () => Promise<void>): Promise<void> {
  await (end.contains(document.activeElement) ? afterMore(end, more) : more())
}
