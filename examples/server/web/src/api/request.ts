// One procedure by one request: what needs the answer's cookies, or comes before anything else is loaded. Everything else
// goes by link.svelte.ts.
import { createORPCErrorFromJson, isORPCErrorJson, ORPCError } from '@orpc/client'

import { post, takeEarly } from './early'
import { Offline } from './fault'

const deadline = 15_000

// `path` as in the address: 'auth/signIn'. What it gives has times as texts.
export async function request<Output>(path: string, input: unknown = {}, milliseconds = deadline): Promise<Output> {
  const response = await sent(path, input, milliseconds)
  const body: unknown = await response.json().catch(() => null)
  const json = typeof body === 'object' && body !== null && 'json' in body ? body.json : undefined
  if (response.ok && json !== undefined) return json as Output
  if (isORPCErrorJson(json)) throw createORPCErrorFromJson(json)
  if (response.ok || response.status >= 500) throw new Offline(`no server of ours answered: ${response.status}`)
  throw new ORPCError('MALFORMED_ORPC_ERROR_RESPONSE', { status: response.status })
}

async function sent(path: string, input: unknown, milliseconds: number): Promise<Response> {
  try {
    return (await takeEarly(path)) ?? (await post(path, input, milliseconds))
  } catch (error) {
    throw new Offline(error instanceof Error ? error.message : String(error))
  }
}
