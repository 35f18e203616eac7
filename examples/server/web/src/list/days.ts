// Chats by the day of their last activity, as the calendar of this place has days.
import type { Chat } from '../api/client_shape'

export type Span = 'today' | 'yesterday' | 'week' | 'older'

const spans: Span[] = ['today', 'yesterday', 'week', 'older']

export function spanOf(at: Date, now: Date): Span {
  const since = (days: number): number => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).getTime()
  const time = at.getTime()
  if (time >= since(0)) return 'today'
  if (time >= since(1)) return 'yesterday'
  return time >= since(7) ? 'week' : 'older'
}

export function byDay(chats: Chat[], now: Date): { span: Span; chats: Chat[] }[] {
  const days = spans.map((span) => ({ span, chats: chats.filter((chat) => spanOf(chat.activeAt, now) === span) }))
  return days.filter((day) => day.chats.length > 0)
}
