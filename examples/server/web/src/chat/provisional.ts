// The messages of a turn that has begun, before the server has told them whole: of no revision, so whatever it tells is
// newer.
import type { OutboxItem } from './outbox'
import type { Message, Part } from './parts'
import type { Started } from './sending'
import type { Tree } from './tree'

export function questionAndAnswer(event: Started['event'], item: OutboxItem, tree: Tree, leafId: string | null): Message[] {
  const { action } = item
  const target = action.type === 'send' ? undefined : tree.get(action.messageId)
  const above = action.type === 'send' ? leafId : (target?.parentId ?? null)
  const depth = above === null ? 0 : (tree.get(above)?.depth ?? 0) + 1
  if (!event.userMessageId) return [answer(event, above, depth)]
  return [question(event.userMessageId, event, item, above, depth), answer(event, event.userMessageId, depth + 1)]
}

type Place = [parentId: string | null, depth: number]

function blank(event: Started['event'], [parentId, depth]: Place): Omit<Message, 'id' | 'role' | 'state' | 'parts'> {
  const now = new Date()
  return {
    chatId: event.chatId, parentId, depth, model: null, reason: null, finishReason: null, usage: null,
    costMicrousd: null, lastEvent: null, createdAt: now, updatedAt: now, revision: 0,
  } // prettier-ignore
}

function question(id: string, event: Started['event'], { parts, text }: OutboxItem, ...place: Place): Message {
  const said: Part[] = text ? [...parts, { type: 'text', text }] : parts
  return { ...blank(event, place), id, role: 'user', state: 'complete', parts: said }
}

function answer(event: Started['event'], ...place: Place): Message {
  return { ...blank(event, place), id: event.messageId, role: 'assistant', state: 'streaming', parts: [], model: event.model }
}
