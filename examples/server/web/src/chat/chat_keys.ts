// What the keyboard does in a chat (ui/shortcuts.svelte.ts says by which keys). A message is meant that is focused, else the
// last one.
import { shortcut } from '../ui/shortcuts.svelte'
import type { ChatControl } from './chat_control.svelte'
import type { Message } from './parts'

export function bindKeys(control: ChatControl): () => void {
  const bound = [
    shortcut('focusComposer', () => control.area?.focus()),
    shortcut('stop', () => void control.actions.stop()),
    shortcut('previousMessage', () => walk(control, -1)),
    shortcut('nextMessage', () => walk(control, 1)),
    shortcut('previousAlternative', () => turn(control, -1)),
    shortcut('nextAlternative', () => turn(control, 1)),
    shortcut('copy', () => copy(control)),
    shortcut('edit', () => edit(control)),
  ]
  return () => bound.forEach((release) => release())
}

const articles = ({ transcript }: ChatControl): HTMLElement[] => [
  ...(transcript?.querySelectorAll<HTMLElement>('[data-message-id]') ?? []),
]

const focused = (control: ChatControl): HTMLElement | undefined =>
  articles(control).find((one) => one.contains(document.activeElement))

function meant(control: ChatControl, fits: (message: Message) => boolean): Message | undefined {
  const id = focused(control)?.dataset.messageId
  const { path } = control.store
  return id ? path.find((message) => message.id === id) : path.findLast(fits)
}

function walk(control: ChatControl, by: 1 | -1): void {
  const all = articles(control)
  const at = all.findIndex((one) => one.contains(document.activeElement))
  const next = all[at < 0 ? all.length - 1 : at + by]
  if (!next) return
  next.focus({ preventScroll: true })
  control.follower.show(next)
}

function turn(control: ChatControl, by: 1 | -1): void {
  const { store } = control
  const message = meant(control, ({ id }) => store.siblings(id).length > 1)
  if (!message) return
  const all = store.siblings(message.id)
  const next = all[all.indexOf(message.id) + by]
  if (next) void control.actions.choose(next)
}

function copy(control: ChatControl): void {
  const message = meant(control, ({ role }) => role === 'assistant')
  if (message) void control.actions.copy(message)
}

function edit(control: ChatControl): void {
  const message = meant(control, ({ role }) => role === 'user')
  if (message?.role === 'user' && control.actions.isFree) control.actions.editing = message.id
}
