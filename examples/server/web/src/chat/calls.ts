// What the chat asks of the server.
import { getEventMeta } from '@orpc/client'

import type { Chat, Page, TurnEvent } from '../api/client_shape'
import { faultOf } from '../api/fault'
import { client } from '../api/link.svelte'
import type { NewChatItem, PlacedItem, SendOptions } from './outbox'
import type { Message, Part } from './parts'
import type { Approval } from './turn'
import type { Source } from './turn_reader'

export const pageSize = 50

// Streams are read on by their own numbers (turn_reader.ts), and sent again by the outbox.
const once = { context: { retry: 0 } }

export const numberOf = (event: TurnEvent): number => Number(getEventMeta(event)?.id ?? 0)

export const readChat = (id: string): Promise<Chat> => client.chat.getById({ id })

export const changeChat = (chat: Chat, changes: Partial<Pick<Chat, 'title' | 'model' | 'headId'>>): Promise<Chat> =>
  client.chat.update({ id: chat.id, revision: chat.revision, ...changes })

// The chat goes on from a message, whatever else of it was changed meanwhile.
export async function goOnFrom(chat: Chat, leafId: string, again = true): Promise<Chat> {
  if (chat.headId === leafId) return chat
  try {
    return await changeChat(chat, { headId: leafId })
  } catch (error) {
    if (faultOf(error).code !== 'conflict' || !again) throw error
    return goOnFrom(await readChat(chat.id), leafId, false)
  }
}

// The path to a message, or to what was said last; newest first.
export async function readPath(chatId: string, leafId?: string | null, limit = pageSize): Promise<Message[]> {
  const page: Page<Message> = await client.message.list({ chatId, limit, ...(leafId ? { leafId } : {}) })
  return page.items
}

export type Branches = { parentId: string | null; messageIds: string[] }[]

// Where the tree branches between two depths.
export async function readBranches(chatId: string, fromDepth: number, toDepth: number): Promise<Branches> {
  return (await client.message.getBranches({ chatId, fromDepth, toDepth })).items
}

// Where one comes to from a message that was never shown.
export const newestLeaf = (messageId: string): Promise<Message> => client.message.getNewestLeaf({ messageId })

export const stopTurn = (messageId: string): Promise<unknown> => client.message.stop({ messageId })

export const resumeTurn = (messageId: string, after: number, signal: AbortSignal): Promise<Source> =>
  client.message.resume({ messageId, after }, { ...once, signal })

export type Verdict = 'once' | 'chat' | 'always' | 'deny'

export const decideTool = (messageId: string, callId: string, verdict: Verdict): Promise<unknown> =>
  client.message.decideTool({ messageId, callId, verdict })

export type OpenQuestion = Approval & { messageId: string }

const mostQuestions = 200 // of one turn there are fewer, and the next turn of a chat that asks ends what is left of it

export async function readOpenQuestions(chatId: string): Promise<OpenQuestion[]> {
  return (await client.message.getPendingTools({ chatId, limit: mostQuestions })).items
}

export type Feedback = { value: number; reason: string } | null

export async function readFeedback(messageId: string): Promise<Feedback> {
  return (await client.message.getFeedback({ messageId })).feedback
}

export async function giveFeedback(messageId: string, value: 1 | -1 | null): Promise<Feedback> {
  return (await client.message.feedback({ messageId, ...(value === null ? {} : { value }) })).feedback
}

export const createChat = ({ id, newChat }: NewChatItem): Promise<Chat> =>
  client.chat.create({ ...newChat, idempotencyKey: `${id}.chat` })

// What message.stream and message.preview take.
export type Question = SendOptions & { chatId: string; text?: string; parts?: Part[] }

export function questionOf(item: Pick<PlacedItem, 'chatId' | 'text' | 'parts' | 'how'>): Question {
  const { chatId, text, parts, how } = item
  if (parts.length > 0) return { chatId, parts: text ? [...parts, { type: 'text', text }] : parts, ...how }
  return text ? { chatId, text, ...how } : { chatId, ...how }
}

export function openTurn(item: PlacedItem): Promise<AsyncIterator<TurnEvent>> {
  const { action, how, text, id: idempotencyKey } = item
  if (action.type === 'send') return client.message.stream({ ...questionOf(item), idempotencyKey }, once)
  const input = { messageId: action.messageId, ...how, idempotencyKey }
  if (action.type === 'edit') return client.message.edit({ ...input, text }, once)
  if (action.type === 'continue') return client.message.continue(input, once)
  return client.message.regenerate(input, once)
}
