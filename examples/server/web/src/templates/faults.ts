// Which of the faults belong where.
import type { TemplateFault } from './shape'

// Those of a path and of what is inside it: "messages[0]" has those of "messages[0].text".
export function faultsAt(faults: readonly TemplateFault[], path: string): TemplateFault[] {
  return faults.filter(({ path: at }) => at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`))
}

const shownInPlace = /^(messages|variables)\[\d+\]/

// Those that no field shows.
export const faultsElsewhere = (faults: readonly TemplateFault[]): TemplateFault[] =>
  faults.filter(({ path }) => !shownInPlace.test(path))

// What is inside of a list, without its number: "variables[2].default" is "default".
export const memberOf = (path: string): string => path.replace(/^\w+\[\d+\]\.?/, '')
