// What other tabs and devices do to the chat that is shown: hints, by which it is read again.
import type { FollowedEvent } from '../api/client_shape'
import type { ChatStore } from './chat_store.svelte'
import { sending } from './deliveries.svelte'

type Changed = Extract<FollowedEvent, { type: 'changed' }>
type TurnHint = Extract<FollowedEvent, { type: 'turn' }>

export async function heard(store: ChatStore, event: FollowedEvent): Promise<void> {
  if (store.id === null) return
  if (event.type === 'ready' || event.type === 'reset') {
    await store.reread()
    return store.questions.read(store.id)
  }
  if (event.type === 'changed') return changed(store, event)
  if (event.type === 'turn' && event.chatId === store.id) return turned(store, event)
}

// Of a turn that is read here its reader knows more; it reads again at the end.
const isBusy = (store: ChatStore): boolean => store.live !== null || sending.isBusy(store.id ?? '')

async function changed(store: ChatStore, { table, id, chatId, change, revision }: Changed): Promise<void> {
  if (table === 'chats' && id === store.id) {
    if (change === 'removed') store.state = 'missing'
    else if (revision === null || revision > (store.chat?.revision ?? 0)) await store.reread()
  }
  if (table === 'tool_decisions' && chatId !== null && chatId === store.id) return store.questions.read(chatId)
  if (table !== 'messages' || chatId !== store.id || isBusy(store)) return
  if (change !== 'removed' && !store.knows(id, revision)) await store.readMessage(id)
}

async function turned(store: ChatStore, { messageId, state }: TurnHint): Promise<void> {
  if (store.live?.messageId === messageId) return
  if (state === 'finished') return store.readMessage(messageId, 2)
  if (!isBusy(store)) await store.readHead()
}
