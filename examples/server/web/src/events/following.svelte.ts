// The one `event.follow` of this tab: while somebody is signed in and there is a way to the server, which a tab out of
// sight lets go.
import { getEventMeta } from '@orpc/client'

import type { FollowedEvent } from '../api/client_shape'
import { client, connection } from '../api/link.svelte'
import { session } from '../api/session.svelte'
import { emit } from './events'
import { followOn, type Bookmark, type Following } from './follow'

const how: Following = {
  open: (position, signal) =>
    client.event.follow({}, { signal, context: { retry: 0 }, ...(position ? { lastEventId: position } : {}) }),
  positionOf: (event: FollowedEvent) => getEventMeta(event)?.id,
  hear: emit,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
    }),
  random: Math.random,
}

let bookmark: Bookmark & { whose: string } = { whose: '', position: undefined }

// Called once, by a component that is there as long as somebody is signed in.
export function followEvents(): void {
  const whose = $derived(session.state === 'known' ? `${session.user?.id} ${session.tenantId}` : '')
  const isReached = $derived(connection.state === 'online')

  $effect(() => {
    if (!whose || !isReached) return
    if (bookmark.whose !== whose) bookmark = { whose, position: undefined }
    const leaving = new AbortController()
    void followOn(how, bookmark, leaving.signal)
    return () => leaving.abort()
  })
}
