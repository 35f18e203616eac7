// Who may be where. The path that one is sent to instead, or null to stay.
import type { Route } from './routes.svelte'

const forAnybody = ['sign-in', 'sign-up', 'join', 'not-found']
const forNobody = ['sign-in', 'sign-up']

export const isAlone = (route: Route): boolean => forAnybody.includes(route.page) || route.page === 'welcome'

// A path of this page that signing in leads to; another site's is none.
export function wanted(query: URLSearchParams): string {
  const to = query.get('to') ?? ''
  return /^\/(?![/\\])/.test(to) && !/^\/sign-/.test(to) ? to : '/'
}

export type Asker = { state: 'unknown' | 'nobody' | 'known'; isFirst: boolean }

export function sentElsewhere(route: Route, here: string, query: URLSearchParams, who: Asker): string | null {
  if (who.state === 'known') return forNobody.includes(route.page) ? wanted(query) : null
  if (who.state === 'unknown') return null
  if (who.isFirst) return route.page === 'sign-up' ? null : '/sign-up'
  if (forAnybody.includes(route.page)) return null
  return here === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(here)}`
}
