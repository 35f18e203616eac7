// What is wrong with a value, in words.
import { number } from '../i18n/format'
import { templates } from '../i18n/templates'
import type { ValueFault } from './variables'

export function valueFaultWords({ kind, limit }: ValueFault): string {
  const bound = limit === undefined ? '' : number(limit)
  if (kind === 'too_small') return templates.fault_too_small(bound)
  if (kind === 'too_large') return templates.fault_too_large(bound)
  if (kind === 'too_long') return templates.fault_too_long(bound)
  return templates[`fault_${kind}` as const]
}
