// What has changed, on whatever device, as hints: `event.follow`, once for the whole page. A handler is called for each
// event; `ready` and `reset` mean: read again what you show.
import type { FollowedEvent } from '../api/client_shape'

type Handler = (event: FollowedEvent) => void

const handlers = new Set<Handler>()

// Until what it gives is called.
export function onEvent(handler: Handler): () => void {
  handlers.add(handler)
  return () => handlers.delete(handler)
}

export function emit(event: FollowedEvent): void {
  for (const handler of [...handlers]) handler(event)
}
