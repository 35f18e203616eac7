// What went wrong, by the code that the server gives (docs/reference/http.md, errors); a person is told in words of
// i18n/errors.ts, never in the server's English.
import { ORPCError } from '@orpc/client'

export type Fault = {
  code: string // the server's errc ("rate_limited"), or "offline"
  message: string
  retryAfterMs: number | null
  issues: { path: string; message: string }[]
}

const byOrpc: Record<string, string> = {
  BAD_REQUEST: 'invalid_argument',
  UNAUTHORIZED: 'unauthenticated',
  FORBIDDEN: 'permission_denied',
  NOT_FOUND: 'not_found',
  CONFLICT: 'conflict',
  TOO_MANY_REQUESTS: 'rate_limited',
  PAYLOAD_TOO_LARGE: 'payload_too_large',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported',
  SERVICE_UNAVAILABLE: 'unavailable',
  GATEWAY_TIMEOUT: 'deadline_exceeded',
  INTERNAL_SERVER_ERROR: 'internal',
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

export function faultOf(error: unknown): Fault {
  if (!(error instanceof ORPCError)) {
    const message = error instanceof Error ? error.message : String(error)
    return { code: 'offline', message, retryAfterMs: null, issues: [] }
  }
  const data = record(error.data)
  const code = typeof data.code === 'string' ? data.code : (byOrpc[error.code] ?? error.code.toLowerCase())
  const retryAfterMs = typeof data.retryAfterMs === 'number' ? data.retryAfterMs : null
  const issues = Array.isArray(data.issues) ? data.issues : []
  return { code, message: error.message, retryAfterMs, issues }
}

export const isAborted = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'
