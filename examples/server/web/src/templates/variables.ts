// The variables of a prompt as a form, and what was entered as the values that the server takes.
import type { Issue, Values, Variable } from './shape'

// As a control holds it: text of everything but a boolean, which is undefined until it is answered.
export type Entered = Record<string, string | boolean | undefined>
export type FaultKind = 'missing' | 'not_a_number' | 'not_whole' | 'too_small' | 'too_large' | 'too_long' | 'not_a_choice' | 'not_a_day' | 'unknown' | 'wrong_type'
export type ValueFault = { kind: FaultKind; limit?: number }
export type ValueFaults = Record<string, ValueFault>

const isGiven = (value: unknown): boolean => value !== null && value !== undefined
const isNumeric = (variable: Variable): boolean => variable.type === 'integer' || variable.type === 'number'

// Whether render() wants a value: it is required and no default stands in.
export const isWanted = (variable: Variable): boolean => variable.required && !isGiven(variable.default)

function enteredOf(variable: Variable, value: unknown): string | boolean | undefined {
  if (variable.type === 'boolean') return typeof value === 'boolean' ? value : undefined
  return isGiven(value) ? String(value) : ''
}

// What the form shows first: the values that there are, else the defaults.
export function toEntered(variables: readonly Variable[], values: Values = {}): Entered {
  return Object.fromEntries(
    variables.map((one) => [one.name, enteredOf(one, isGiven(values[one.name]) ? values[one.name] : one.default)]),
  )
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)

function validDay(text: string): boolean {
  try {
    return isDay(text)
  } catch {
    return false
  }
}

function numberFault(variable: Variable, text: string): ValueFault | null {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) return { kind: 'not_a_number' }
  if (variable.type === 'integer' && !Number.isSafeInteger(value)) return { kind: 'not_whole' }
  if (variable.min !== null && value < variable.min) return { kind: 'too_small', limit: variable.min }
  if (variable.max !== null && value > variable.max) return { kind: 'too_large', limit: variable.max }
  return null
}

// What is wrong with what was entered for one, or null. The server counts characters of Unicode, and so do we.
export function faultOfEntered(variable: Variable, entered: string | boolean | undefined): ValueFault | null {
  if (entered === undefined || entered === '') return isWanted(variable) ? { kind: 'missing' } : null
  if (typeof entered === 'boolean') return null
  if (isNumeric(variable)) return numberFault(variable, entered)
  if (variable.type === 'choice') return variable.choices.includes(entered) ? null : { kind: 'not_a_choice' }
  if (variable.type === 'date') return validDay(entered) ? null : { kind: 'not_a_day' }
  const isLong = variable.maxLength !== null && [...entered].length > variable.maxLength
  return isLong ? { kind: 'too_long', limit: variable.maxLength ?? 0 } : null
}

export function faultsOfEntered(variables: readonly Variable[], entered: Entered): ValueFaults {
  const faults: ValueFaults = {}
  for (const one of variables) {
    const fault = faultOfEntered(one, entered[one.name])
    if (fault) faults[one.name] = fault
  }
  return faults
}

// What is sent. What was left empty is not given, so that its default stands in; what is no number goes as it was
// written, and the server says what it thinks of it.
export function toValues(variables: readonly Variable[], entered: Entered): Values {
  const values: Values = {}
  for (const one of variables) {
    const given = entered[one.name]
    if (given === undefined || given === '') continue
    const isNumber = isNumeric(one) && typeof given === 'string' && Number.isFinite(Number(given))
    values[one.name] = isNumber ? Number(given) : given
  }
  return values
}

const kinds: [RegExp, FaultKind][] = [
  [/^missing/, 'missing'],
  [/^unknown/, 'unknown'],
  [/^out_of_range: at least/, 'too_small'],
  [/^out_of_range: at most .*character/, 'too_long'],
  [/^out_of_range/, 'too_large'],
  [/^not_a_choice/, 'not_a_choice'],
]

// The server's issues of values (path "values.topic") by variable.
export function faultsOfIssues(issues: readonly Issue[]): ValueFaults {
  const faults: ValueFaults = {}
  for (const issue of issues) {
    const name = /(?:^|\.)values\.([A-Za-z]\w*)$/.exec(issue.path)?.[1]
    if (!name) continue
    const kind = kinds.find(([starts]) => starts.test(issue.message))?.[1] ?? 'wrong_type'
    const limit = Number(/at (?:least|most) (-?[\d.]+)/.exec(issue.message)?.[1])
    faults[name] = Number.isFinite(limit) ? { kind, limit } : { kind }
  }
  return faults
}
