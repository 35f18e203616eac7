// A quota in words.
import type { QuotaAuthority, QuotaMeasure, QuotaPeriod, QuotaSubject } from '../admin/calls'
import { money, number } from '../i18n/format'
import { quotaText as text } from '../i18n/usage'

export const amount = (measure: QuotaMeasure, value: number): string => (measure === 'money' ? money(value) : number(value))

export function measureWords(measure: QuotaMeasure, period: QuotaPeriod): string {
  if (measure === 'money') return period === 'day' ? text.moneyPerDay : text.moneyPerMonth
  return period === 'day' ? text.tokensPerDay : text.tokensPerMonth
}

export const subjectWords = (subject: QuotaSubject): string =>
  ({ tenant: text.forTenant, each_user: text.forEach, user: text.forOne })[subject]

export const authorityWords = (authority: QuotaAuthority): string =>
  authority === 'platform' ? text.byPlatform : text.byTenant
