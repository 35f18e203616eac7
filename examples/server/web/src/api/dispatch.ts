// A call goes by whichever way there is, waits a while for one, and goes on where a stream broke.
import { ORPCError, type ClientContext, type ClientLink, type ClientOptions } from '@orpc/client'
import { ClientRetryPlugin } from '@orpc/client/plugins'

import { faultOf, isAborted, Offline } from './fault'
import { isRepeatable, isStream, isTooLarge } from './repeatable'
import { isEvents, translatedEvents } from './translated_events'
import type { Carrier } from './way_parts'

export type Link = ClientLink<ClientContext>

export interface Ways {
  ready(signal: AbortSignal | undefined): Promise<Carrier> // rejects with Offline when there is none for long
  link(carrier: Carrier): Promise<Link>
  lost(carrier: Carrier): void // a call found nobody there
  refused(): Promise<boolean> // a call was UNAUTHORIZED; whether somebody is still signed in
}

const answerTime = 600_000 // a way that is dead is noticed much sooner
const pauses = { lost: 250, busy: 1_000, longest: 10_000 }
const most = { lost: 20, busy: 5 } // without an event in between

type Asked = { path: readonly string[]; input: unknown; options: ClientOptions<ClientContext> }

export function dispatcher(ways: Ways): Link {
  const call = async ({ path, input, options }: Asked): Promise<unknown> => {
    const carrier = isTooLarge(input) ? 'requests' : await ways.ready(options.signal)
    const limit = isStream(path) ? null : new AbortController()
    const timer = limit && setTimeout(() => limit.abort(), answerTime)
    const signals = [options.signal, limit?.signal].filter((one) => one !== undefined && one !== null)
    const told = (error: unknown): unknown => translated(error, carrier, options.signal, ways)
    try {
      const link = await ways.link(carrier)
      const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0]
      const sent = link.call(path, input, { ...options, ...(signal ? { signal } : {}) })
      const answer = await sent
      return isEvents(answer) ? translatedEvents(answer, told) : answer
    } catch (error) {
      throw told(error)
    } finally {
      if (timer) clearTimeout(timer)
    }
  }
  return { call: (path, input, options) => repeating(ways, { path, input, options }, call) as Promise<never> }
}

// @orpc/client's own plugin knows how a stream goes on behind its last event; it stands here above the ways, so that one
// that broke goes on over another.
function repeating(ways: Ways, asked: Asked, call: (asked: Asked) => Promise<unknown>): Promise<unknown> {
  let tries = 0
  let behind = asked.options.lastEventId
  const plugin = new ClientRetryPlugin({
    default: {
      retry: Number.POSITIVE_INFINITY,
      retryDelay: ({ error, lastEventRetry }) => {
        if (error instanceof Offline) return Math.min(lastEventRetry ?? pauses.lost, pauses.longest)
        return Math.min(faultOf(error).retryAfterMs ?? lastEventRetry ?? pauses.busy, pauses.longest)
      },
      shouldRetry: async ({ error, lastEventId, path, input, signal }) => {
        if (signal?.aborted || isAborted(error)) return false
        if (!isRepeatable(path, input)) return false
        if (lastEventId !== behind) tries = 0
        behind = lastEventId
        ++tries
        if (error instanceof Offline) return !error.waited && tries <= most.lost
        if (!(error instanceof ORPCError) || tries > most.busy) return false
        if (error.code === 'UNAUTHORIZED') return lastEventId !== undefined && ways.refused()
        return error.code === 'SERVICE_UNAVAILABLE'
      },
    },
  })
  const made: { interceptors?: ((given: unknown) => Promise<unknown>)[] } = {}
  plugin.init(made as Parameters<typeof plugin.init>[0])
  const [repeat] = made.interceptors ?? []
  const given = { ...asked.options, path: asked.path, input: asked.input }
  const next = ({ path, input, ...options }: typeof given = given): Promise<unknown> => call({ path, input, options })
  return repeat ? repeat({ ...given, next }) : next()
}

// One of: the caller's own reason, what the server said, Offline.
function translated(error: unknown, carrier: Carrier, signal: AbortSignal | undefined, ways: Ways): unknown {
  if (signal?.aborted) return signal.reason
  if (error instanceof Offline) return error
  if (error instanceof ORPCError) {
    if (error.code === 'UNAUTHORIZED' || error.code === 'FORBIDDEN') void ways.refused()
    const isOfServer = typeof error.data?.errc === 'string'
    if (isOfServer || error.status < 500) return error
  }
  ways.lost(carrier)
  return new Offline(error instanceof Error ? error.message : String(error))
}
