// Answers of a trial as a table: a row an example, a column a version.
import type { Trial, TrialAnswer } from './shape'

export type TrialGrid = { versions: (number | null)[]; rows: { example: string; answers: (TrialAnswer | null)[] }[] }

export function trialGrid(answers: Trial['answers']): TrialGrid {
  const versions = [...new Set(answers.map((one) => one.version))]
  const examples = [...new Set(answers.map((one) => one.example))]
  const found = (example: string, version: number | null): TrialAnswer | null =>
    answers.find((one) => one.example === example && one.version === version) ?? null
  return { versions, rows: examples.map((example) => ({ example, answers: versions.map((version) => found(example, version)) })) }
}
