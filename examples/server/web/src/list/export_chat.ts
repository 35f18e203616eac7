// A chat as a file: its pieces are joined by the browser and given to whoever asked, nothing is sent anywhere.
import { client } from '../api/link.svelte'
import { download } from '../ui/handing'
import { fileName } from './file_name'

const kinds = {
  markdown: { ending: 'md', type: 'text/markdown' },
  json: { ending: 'json', type: 'application/json' },
} as const

export async function exportChat(id: string, title: string, format: keyof typeof kinds): Promise<void> {
  const pieces: string[] = []
  const events: AsyncIterable<{ text: string }> = await client.chat.export({ id, format })
  for await (const event of events) pieces.push(event.text)
  const { ending, type } = kinds[format]
  download(new Blob(pieces, { type }), `${fileName(title)}.${ending}`)
}
