// What the server offers, as the page uses it. Whole and exact it is in client.d.ts, made of the server's own
// /openapi.json by `npm run types`; `npm run check` demands that this fits.
export type Page<Item> = { items: Item[]; nextCursor: string | null; damaged: number }
export type PageRequest = { limit?: number; cursor?: string }

export type MessageState = 'pending' | 'streaming' | 'complete' | 'incomplete' | 'failed' | 'cancelled'

export type Part =
  | { type: 'text'; text: string }
  | { type: 'image'; url: string }
  | { type: 'file'; name: string; mediaType: string; url: string }
  | { type: 'reasoning'; text: string }
  | { type: 'tool_call'; id: string; name: string; arguments: string }
  | { type: 'tool_result'; callId: string; text: string; isError: boolean }
  | { type: 'error'; code: string; message: string }

export type Usage = {
  inputTokens: number
  outputTokens: number
  cachedInputTokens: number
  reasoningTokens: number
  cacheWriteTokens: number
}

export type Message = {
  id: string
  chatId: string
  parentId: string | null
  depth: number
  role: 'user' | 'assistant' | 'system' | 'tool'
  parts: Part[]
  model: string | null
  state: MessageState
  reason: string | null
  finishReason: string | null
  usage: Usage | null
  costMicrousd: number | null
  lastEvent: number | null
  createdAt: Date
  updatedAt: Date
  revision: number
}

export type Chat = {
  id: string
  ownerId: string
  title: string
  model: string
  systemPrompt: string
  headId: string | null
  pinned: boolean
  archived: boolean
  folderId: string | null
  activeAt: Date
  createdAt: Date
  updatedAt: Date
  revision: number
}

export type User = {
  id: string
  email: string | null
  name: string
  image: string | null
  settings: Record<string, unknown>
  revision: number
}

export type Role = 'viewer' | 'member' | 'admin' | 'owner'

export type TurnEvent =
  | { type: 'started'; chatId: string; userMessageId: string | null; messageId: string; model: string }
  | { type: 'text' | 'reasoning'; text: string }
  | { type: 'toolCall'; index: number; id: string; name: string; arguments: string }
  | { type: 'toolApproval'; callId: string; tool: string; arguments: string; isCut: boolean; until: Date }
  | { type: 'toolDecided'; callId: string; verdict: string }
  | { type: 'toolResult'; callId: string; name: string; text: string; isError: boolean }
  | { type: 'snapshot'; messageId: string; parts: Part[] }
  | ({ type: 'finished'; messageId: string; warnings: { path: string; message: string }[] } & Pick<
      Message,
      'state' | 'reason' | 'finishReason' | 'usage' | 'costMicrousd'
    >)

export type FollowedEvent =
  | { type: 'ready'; position: number }
  | { type: 'reset'; position: number; reason: 'expired' | 'overflow' | 'server' | 'broker' }
  | {
      type: 'changed'
      table: string
      id: string
      revision: number | null
      change: 'created' | 'updated' | 'removed'
      chatId: string | null
    }
  | { type: 'turn'; chatId: string | null; messageId: string; state: 'started' | 'finished' }
  | { type: 'told'; name: string; body: unknown }

export type CallOptions = { signal?: AbortSignal; lastEventId?: string; context?: { retry?: number } }

// A procedure by its path: client.chat.create(input). Inputs and outputs are those of docs/reference/http.md.
export type Call = (input?: unknown, options?: CallOptions) => Promise<any>
type LooseClient = { [Noun: string]: any }

declare global {
  // What client.d.ts adds to, where `npm run types` has made it.
  interface SambungGenerated {}
}

export type Client = SambungGenerated extends { client: infer Exact } ? Exact : LooseClient
