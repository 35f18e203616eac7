// Requests, and event streams as their answers. Loaded where a socket will not do.
import { RPCLink } from '@orpc/client/fetch'

import type { Link } from './dispatch'
import { isStream } from './repeatable'

// The server says something on a stream every 5 s, if only a comment. Where nothing comes, something keeps it back.
const lateAfter = 8_000

// `late` is told of each stream whether it comes in good time.
export function fetchLink(late: (is: boolean) => void): Link {
  return new RPCLink({
    url: `${location.origin}/rpc`,
    async fetch(request, init, _options, path) {
      if (!isStream(path)) return fetch(request, init)
      let timer: ReturnType<typeof setTimeout> | undefined
      const came = (): void => {
        if (timer !== undefined) late(false)
        stop()
      }
      const stop = (): void => {
        clearTimeout(timer)
        timer = undefined
      }
      timer = setTimeout(() => {
        timer = undefined
        late(true)
      }, lateAfter)
      request.signal.addEventListener('abort', stop)
      try {
        return seen(await fetch(request, init), came, stop)
      } catch (error) {
        stop()
        throw error
      }
    },
  })
}

// The same answer, of whose first bytes `came` is told.
function seen(response: Response, came: () => void, ended: () => void): Response {
  const watching = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, onwards) {
      came()
      onwards.enqueue(bytes)
    },
    flush: ended,
  })
  const { status, statusText, headers } = response
  return new Response(response.body?.pipeThrough(watching) ?? null, { status, statusText, headers })
}
