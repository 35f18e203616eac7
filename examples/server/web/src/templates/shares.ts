// How often each version of a label is used, from the weights.
import { percent } from '../i18n/measures'
import type { Arm } from './shape'

export type Share = Arm & { percent: string }

export function shares(arms: readonly Arm[]): Share[] {
  const whole = arms.reduce((sum, arm) => sum + arm.weight, 0)
  return arms.map((arm) => ({ ...arm, percent: percent(whole > 0 ? arm.weight / whole : 0) }))
}
