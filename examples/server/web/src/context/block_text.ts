// The text that a block was made of, read when it is asked for.
import type { Message, Page } from '../api/client_shape'
import { client } from '../api/link.svelte'
import type { Version } from '../templates/shape'
import { textOfParts, type Block } from './report'

const ofChat = async (id: string): Promise<string> => (await client.chat.getById({ id })).systemPrompt

async function ofTemplate(id: string, number: number): Promise<string> {
  const version: Version = await client.prompt.versions.get({ id, number })
  return version.messages.map((message) => message.text).join('\n\n')
}

async function ofMessage(chatId: string, leafId: string): Promise<string> {
  const { items }: Page<Message> = await client.message.list({ chatId, leafId, limit: 1 })
  return items[0] ? textOfParts(items[0].parts) : ''
}

// Null where there is none to show: a message's can only be read where its chat is known.
export function readerOf({ source }: Block, chatId: string | null): (() => Promise<string>) | null {
  const { kind, id, version } = source
  if (id === null) return null
  if (kind === 'chat') return () => ofChat(id)
  if (kind === 'template' && version !== null) return () => ofTemplate(id, version)
  return kind === 'message' && chatId !== null ? () => ofMessage(chatId, id) : null
}
