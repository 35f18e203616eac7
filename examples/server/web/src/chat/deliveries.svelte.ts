// The outbox of this page and what takes it to the server, for every chat.
import type { Chat } from '../api/client_shape'
import { faultOf } from '../api/fault'
import { connection } from '../api/link.svelte'
import { atSignOut, session } from '../api/session.svelte'
import { createChat, goOnFrom, openTurn, readChat } from './calls'
import { newKey, Outbox, type OutboxItem } from './outbox'
import { outboxStorage } from './outbox_storage'
import { wellFormed } from './said'
import { Sending, type Started } from './sending'

// The server knows a key for a week (SAMBUNG_IDEMPOTENCY_LIFETIME); with an older one it could happen twice.
const keysLast = 6 * 86_400_000

type Watcher = { chatMade: (item: OutboxItem, chat: Chat) => void; started: (turn: Started) => boolean }

const watchers = new Set<Watcher>()

const tabs = new BroadcastChannel('sambung.outbox')

export const outbox = new Outbox(outboxStorage(), (removed) => tabs.postMessage(removed))

tabs.addEventListener('message', ({ data }) => outbox.removedElsewhere(String(data)))

class Deliveries {
  items = $state.raw<readonly OutboxItem[]>([])
}

export const deliveries = new Deliveries()

const isOurs = (item: OutboxItem): boolean => item.userId === session.user?.id && item.tenantId === (session.tenantId ?? '')

outbox.onChange(() => (deliveries.items = outbox.items.filter(isOurs)))

export const sending = new Sending(outbox, {
  createChat,
  open: openTurn,
  faultOf,
  goOnFrom: async ({ chatId, parentId }) => {
    if (chatId !== null && parentId !== null) await goOnFrom(await readChat(chatId), parentId)
  },
  chatMade: (item, chat) => watchers.forEach((one) => one.chatMade(item, chat)),
  started,
  isTooOld: ({ createdAt }) => Math.abs(Date.now() - createdAt) > keysLast,
  later: (milliseconds, run) => setTimeout(run, milliseconds),
  mayDeliver: (item) => isOurs(item) && connection.state !== 'offline',
})

// Whoever shows the chat reads the answer; of others only the end is waited for.
function started(turn: Started): void {
  for (const one of watchers) if (one.started(turn)) return
  void readToEnd(turn)
}

async function readToEnd({ event, rest }: Started): Promise<void> {
  try {
    while (!(await rest.next()).done);
  } catch {
    // The turn goes on without a reader.
  } finally {
    sending.setRunning(event.chatId, false)
  }
}

export function watchDeliveries(watcher: Watcher): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

type Entry = Pick<OutboxItem, 'chatId' | 'action' | 'text'> & Partial<OutboxItem>

// Resolves once it would survive a reload.
export async function post(entry: Entry): Promise<void> {
  if (!session.user) return
  const own = { id: newKey(), userId: session.user.id, tenantId: session.tenantId ?? '', createdAt: Date.now() }
  const rest = { newChat: null, parentId: null, parts: [], how: {}, queued: false, trouble: null, refused: null }
  await outbox.add({ ...rest, ...entry, text: wellFormed(entry.text), ...own })
}

export const takeBack = (item: OutboxItem): Promise<void> => outbox.remove(item.id)

export const sendAgain = (item: OutboxItem): Promise<void> =>
  outbox.change(item.id, { refused: null, trouble: null, createdAt: Date.now() })

let loaded = false

// Once somebody is known: what an earlier visit has left goes on its way.
$effect.root(() => {
  const who = $derived(session.user && session.tenantId !== null ? `${session.user.id} ${session.tenantId}` : '')
  $effect(() => {
    if (who === '' || connection.state !== 'online') return
    if (loaded) sending.hurry()
    loaded = true
  })
  $effect(() => {
    if (who !== '') void outbox.load()
  })
})

atSignOut(() => outbox.clear())
