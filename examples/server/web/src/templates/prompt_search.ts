// Finding a kept prompt among those at hand.
import type { Template } from './shape'

// "/tr": commands that begin so, the exact one first.
export function foundByCommand(all: readonly Template[], text: string): Template[] {
  const wanted = text.slice(1).toLowerCase()
  const found = all.filter((one) => one.command?.startsWith(wanted))
  return found.sort((one, other) => Number(other.command === wanted) - Number(one.command === wanted) || (one.command ?? '').localeCompare(other.command ?? ''))
}

// Every word somewhere in name, description, category or command.
export function foundByWords(all: readonly Template[], text: string): Template[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const said = (one: Template): string => `${one.name} ${one.description} ${one.category} ${one.command ?? ''}`.toLowerCase()
  return words.length === 0 ? [...all] : all.filter((one) => words.every((word) => said(one).includes(word)))
}
