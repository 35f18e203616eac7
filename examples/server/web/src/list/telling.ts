// What every part of the list says: the name of a chat, and what has failed.
import type { Chat } from '../api/client_shape'
import { faultOf } from '../api/fault'
import { explain } from '../i18n/errors'
import { list as text } from '../i18n/list'
import { toasts } from '../ui/toast.svelte'

export const titleOf = (chat: Chat): string => chat.title || text.untitled

export async function tell(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    toasts.show(explain(faultOf(error)), { kind: 'fault' })
  }
}
