// The text that a block was made of, read when it is asked for.
import type { Chat, Message, Page } from '../api/client_shape'
import { client } from '../api/link.svelte'
import type { Version } from '../templates/shape'
import { textOfParts, type Block } from './report'

// A chat's own texts need to know the chat; where it is not known they are not offered.
export const hasText = ({ source }: Block, chatId: string | null): boolean =>
  source.id !== null && (source.kind === 'template' || source.kind === 'chat' || (source.kind === 'message' && chatId !== null))

export async function blockText({ source }: Block, chatId: string | null): Promise<string> {
  if (source.kind === 'chat') return ((await client.chat.getById({ id: source.id })) as Chat).systemPrompt
  if (source.kind === 'template') {
    const version = (await client.prompt.versions.get({ id: source.id, number: source.version })) as Version
    return version.messages.map((message) => message.text).join('\n\n')
  }
  const { items } = (await client.message.list({ chatId, leafId: source.id, limit: 1 })) as Page<Message>
  return items[0] ? textOfParts(items[0].parts) : ''
}
