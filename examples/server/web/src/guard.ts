// Who may be where. The path that one is sent to instead, or null to stay.
import type { Route } from './routes.svelte'

const forAnybody = ['sign-in', 'sign-up', 'join', 'not-found']
const forNobody = ['sign-in', 'sign-up']

export const isAlone = (route: Route): boolean => forAnybody.includes(route.page) || route.page === 'welcome'

const own = 'http://own.invalid'

function parsed(path: string): URL | null {
  try {
    return new URL(path, own)
  } catch {
    return null
  }
}

// A path of this page that signing in leads to; another site's is none. A browser reads it in the same way, and leaves out
// what is not seen: "/\t/example.com" is another site.
export function wanted(query: URLSearchParams): string {
  const to = query.get('to') ?? ''
  const url = to.startsWith('/') ? parsed(to) : null
  return url?.origin === own && !/^\/(\/|sign-)/.test(url.pathname) ? url.pathname + url.search + url.hash : '/'
}

export type Asker = { state: 'unknown' | 'nobody' | 'known'; isFirst: boolean }

export function sentElsewhere(route: Route, here: string, query: URLSearchParams, who: Asker): string | null {
  if (who.state === 'known') return forNobody.includes(route.page) ? wanted(query) : null
  if (who.state === 'unknown') return null
  if (who.isFirst) return route.page === 'sign-up' ? null : '/sign-up'
  if (forAnybody.includes(route.page)) return null
  return here === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(here)}`
}
