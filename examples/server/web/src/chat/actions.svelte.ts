// What can be done with the messages of a chat, by mouse or keys.
import { tick } from 'svelte'

import { faultOf } from '../api/fault'
import { session } from '../api/session.svelte'
import { callSettings } from '../chat_settings/call_options.svelte'
import { message as words } from '../i18n/message'
import { explainEnd } from '../i18n/answer_faults'
import { explain } from '../i18n/errors'
import { ui } from '../i18n/ui'
import { copyText } from '../ui/handing'
import { announce } from '../ui/live.svelte'
import { toasts } from '../ui/toast.svelte'
import { decideTool, stopTurn, type Verdict } from './calls'
import type { ChatStore } from './chat_store.svelte'
import { post } from './deliveries.svelte'
import { type Message, textOf } from './parts'

export type Asked = { what: 'explain' | 'otherModel'; messageId: string; model: string } | null

export class ChatActions {
  asked = $state.raw<Asked>(null) // the dialog that is open
  editing = $state<string | null>(null)
  #store: () => ChatStore
  #transcript: () => HTMLElement | undefined

  constructor(store: () => ChatStore, transcript: () => HTMLElement | undefined) {
    this.#store = store
    this.#transcript = transcript
  }

  get mayWrite(): boolean {
    return session.may('chat_write')
  }

  // While an answer comes the server takes no other for the chat.
  get isFree(): boolean {
    return this.mayWrite && this.#store().live === null
  }

  async copy(message: Message): Promise<void> {
    const done = await copyText(textOf(message.parts))
    if (done) toasts.show(ui.copied)
  }

  edit(message: Message, text: string): void {
    this.editing = null
    this.#post('edit', message.id, text)
  }

  regenerate(message: Message, model?: string): void {
    this.#post('regenerate', message.id, '', model)
  }

  // What was cut off goes on; where nothing had come there is nothing to go on with.
  goOn(message: Message): void {
    this.#post(textOf(message.parts) === '' ? 'regenerate' : 'continue', message.id, '')
  }

  // The message that was focused is replaced by another: the focus goes to the same button of that.
  async choose(id: string): Promise<void> {
    const button = document.activeElement?.getAttribute('data-testid') ?? ''
    await this.#attempt(async () => {
      const done = this.#store().choose(id)
      await tick()
      this.#focusIn(id, button)
      await done
    })
  }

  decide(messageId: string, callId: string, verdict: Verdict): Promise<void> {
    return this.#attempt(async () => {
      const { live, questions, leafId, id } = this.#store()
      try {
        await decideTool(messageId, callId, verdict)
      } catch (error) {
        if (id !== null) await questions.read(id) // it may be too late
        throw error
      }
      this.#focusTranscript()
      if (live?.messageId === messageId || !questions.decided(messageId, callId, verdict)) return
      if (leafId === messageId) this.#post('regenerate', messageId, '')
    })
  }

  stop(): Promise<void> {
    const { live } = this.#store()
    return this.#attempt(async () => {
      if (live) await stopTurn(live.messageId)
    })
  }

  #post(type: 'edit' | 'regenerate' | 'continue', messageId: string, text: string, model?: string): void {
    const { id: chatId } = this.#store()
    if (chatId === null || !this.isFree) return
    const how = { ...callSettings(chatId), ...(model ? { model } : {}) }
    this.#focusTranscript()
    void post({ chatId, action: { type, messageId }, text, how })
  }

  #focusIn(id: string, testid: string): void {
    const message = this.#transcript()?.querySelector(`[data-message-id="${CSS.escape(id)}"]`)
    const buttons = ['alternatives-prev', 'alternatives-next']
    const wanted = [testid, ...buttons.filter((one) => one !== testid)]
    for (const name of wanted) {
      const button = message?.querySelector<HTMLButtonElement>(`[data-testid="${CSS.escape(name)}"]:not(:disabled)`)
      if (button) return button.focus({ preventScroll: true })
    }
  }

  #focusTranscript(): void {
    this.#transcript()?.focus({ preventScroll: true })
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      const text = explain(faultOf(error))
      toasts.show(text, { kind: 'fault' })
      announce(text)
    }
  }
}

// What stands at the end of an answer, for those who hear it.
export function spokenEnd({ state, reason }: Message, said: string): string {
  if (state === 'complete') return words.saidFinished(said)
  if (state === 'cancelled') return words.saidStopped
  if (state === 'incomplete') return words.saidIncomplete
  return words.saidFailed(explainEnd(reason))
}
