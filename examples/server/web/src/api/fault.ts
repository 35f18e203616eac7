// What went wrong, by the code that the server gives (docs/reference/http.md, errors); a person is told in words of
// i18n/errors.ts, never in the server's English.
import { ORPCError } from '@orpc/client'

export type Fault = {
  code: string // the server's errc ("rate_limited"), or "offline", or "not_loaded"
  message: string
  retryAfterMs: number | null
  issues: { path: string; message: string }[]
}

// No server was found, or it was lost before it answered. `waited`: for as long as a call waits for one.
export class Offline extends Error {
  constructor(
    message: string,
    readonly waited = false,
  ) {
    super(message)
    this.name = 'Offline'
  }
}

// A file of the page has not come.
export class NotLoaded extends Error {}

// Where what answers is no server of ours, and says no errc.
const byOrpc: Record<string, string> = {
  BAD_REQUEST: 'invalid_argument',
  UNAUTHORIZED: 'unauthenticated',
  FORBIDDEN: 'permission_denied',
  NOT_FOUND: 'not_found',
  CONFLICT: 'conflict',
  PAYLOAD_TOO_LARGE: 'payload_too_large',
  TOO_MANY_REQUESTS: 'rate_limited',
  CLIENT_CLOSED_REQUEST: 'cancelled',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported',
  NOT_IMPLEMENTED: 'unsupported',
  BAD_GATEWAY: 'provider_error',
  SERVICE_UNAVAILABLE: 'unavailable',
  GATEWAY_TIMEOUT: 'deadline_exceeded',
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

export function faultOf(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Offline) return { code: 'offline', message, retryAfterMs: null, issues: [] }
  if (error instanceof NotLoaded) return { code: 'not_loaded', message, retryAfterMs: null, issues: [] }
  if (!(error instanceof ORPCError)) return { code: 'internal', message, retryAfterMs: null, issues: [] }
  const data = record(error.data)
  const code = typeof data.errc === 'string' ? data.errc : (byOrpc[error.code] ?? 'internal')
  const retryAfterMs = typeof data.retryAfterMs === 'number' ? data.retryAfterMs : null
  const issues = Array.isArray(data.issues) ? (data.issues as Fault['issues']) : []
  return { code, message, retryAfterMs, issues }
}

// The caller's own signal ended it: nobody need be told.
export const isAborted = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'
