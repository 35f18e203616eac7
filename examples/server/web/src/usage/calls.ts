// What the usage page asks the server for, with the forms of docs/reference/http.md. Days are those of UTC.
import type { QuotaAuthority, QuotaMeasure, QuotaPeriod, QuotaSubject } from '../admin/calls'
import { client } from '../api/link.svelte'

export type UsageOf = 'self' | 'tenant'
export type KeySource = 'configured' | 'user' | 'tenant'
export type Range = { from: string; to: string }

export type UsageSum = {
  day: string | null
  model: string | null
  userId: string | null
  key: KeySource | null
  inputTokens: number
  outputTokens: number
  cachedInputTokens: number
  reasoningTokens: number
  requests: number
  unpricedRequests: number
  estimatedRequests: number
  costMicrousd: number | null // of the requests whose price was known; null when there were only others
}

export type Grouping = 'none' | 'day' | 'model' | 'user' | 'key'

export async function summary(of: UsageOf, range: Range, groupBy: Grouping): Promise<UsageSum[]> {
  return (await client.usage.summary({ of, ...range, groupBy })).items
}

export type QuotaStatus = {
  authority: QuotaAuthority
  subject: QuotaSubject
  period: QuotaPeriod
  measure: QuotaMeasure
  limit: number
  used: number
  resetsAt: Date
}

export const ownQuotas = async (): Promise<QuotaStatus[]> => (await client.quota.mine({})).items
