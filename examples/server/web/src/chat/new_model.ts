// What answers in a chat that is yet to be made.
import { client } from '../api/link.svelte'

export async function modelForNewChat(): Promise<string> {
  const { items } = (await client.model.list()) as { items: { id: string }[] }
  return items[0]?.id ?? ''
}
