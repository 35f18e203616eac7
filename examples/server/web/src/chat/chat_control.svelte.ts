// What holds a chat's parts together: which chat is shown, what is written and sent, what is told of it.
import { faultOf } from '../api/fault'
import { session } from '../api/session.svelte'
import { models } from '../chat_settings/models.svelte'
import { onEvent } from '../events/events'
import { chat as texts } from '../i18n/chat'
import { message as words } from '../i18n/message'
import { explain } from '../i18n/errors'
import { place } from '../routes.svelte'
import { announce } from '../ui/live.svelte'
import { toasts } from '../ui/toast.svelte'
import { ChatActions, spokenEnd } from './actions.svelte'
import { changeChat } from './calls'
import { heard } from './chat_events'
import { ChatStore, type TurnNews } from './chat_store.svelte'
import { ComposerState } from './composer_state.svelte'
import { deliveries, watchDeliveries } from './deliveries.svelte'
import { Follower } from './follower.svelte'
import { maxPictures, readPicture } from './images'
import type { OutboxItem } from './outbox'
import { textOf } from './parts'

const byTouch = matchMedia('(hover: none)') // there the focus in a field brings a keyboard over the page

export class ChatControl {
  store = $state.raw(new ChatStore(null))
  area = $state<HTMLTextAreaElement>()
  transcript = $state<HTMLElement>()
  readonly composer = new ComposerState()
  readonly follower = new Follower()
  readonly actions = new ChatActions(
    () => this.store,
    () => this.transcript,
  )
  #newModel = $state('')
  #begun = false

  readonly #own: OutboxItem[] = $derived(deliveries.items.filter((item) => item.chatId === this.store.id))
  readonly queued: OutboxItem | undefined = $derived(
    this.store.live ? this.#own.find((item) => item.queued && !item.refused) : undefined,
  )
  readonly items: OutboxItem[] = $derived(this.#own.filter((item) => item !== this.queued))
  readonly model: string = $derived(this.store.chat?.model ?? this.#newModel)
  readonly isEmpty: boolean = $derived(
    this.store.state === 'ready' && this.store.path.length === 0 && this.items.length === 0,
  )

  // Where the address leads: another chat, or another place in this one.
  go(chatId: string | null, messageId: string | null): void {
    if (!this.#begun || chatId !== this.store.id) this.#turnTo(chatId, messageId)
    else if (messageId && messageId !== this.store.marked) void this.store.show(messageId).catch(failed)
  }

  // Until what it gives is called.
  listen(): () => void {
    const stopWatching = watchDeliveries({
      chatMade: (item, made) => {
        if (this.store.id !== null || !this.items.some(({ id }) => id === item.id)) return
        this.store.adopt(made)
        this.composer.nowOf(made.id)
        place.go(`/c/${made.id}`, { replace: true })
      },
      started: (turn) => {
        const isHere = this.store.begun(turn)
        if (isHere) this.follower.toEnd()
        return isHere
      },
    })
    const stopHearing = onEvent((event) => void heard(this.store, event).catch(() => {})) // the next hint says it again
    return () => {
      stopWatching()
      stopHearing()
      this.composer.keep()
      this.store.close()
    }
  }

  async send(): Promise<void> {
    if (this.model === '') await this.#findModel()
    this.follower.toEnd()
    await this.composer.send(this.store, this.model, texts.newChat)
    this.area?.focus()
  }

  async takeBack(item: OutboxItem): Promise<void> {
    await this.composer.takeBack(item)
    this.area?.focus()
  }

  begin(text: string): void {
    this.composer.text = text
    this.area?.focus()
  }

  async addPictures(files: File[]): Promise<void> {
    for (const file of files) {
      if (this.composer.pictures.length >= maxPictures) return toasts.show(texts.imagesTooMany, { kind: 'fault' })
      const picture = await readPicture(file)
      if (picture) this.composer.pictures = [...this.composer.pictures, picture]
      else toasts.show(texts.imageUnreadable, { kind: 'fault' })
    }
  }

  async pickModel(picked: string): Promise<void> {
    this.#newModel = picked
    const { store } = this
    if (!store.chat) return
    try {
      store.chat = await changeChat(store.chat, { model: picked })
    } catch (error) {
      failed(error)
      await store.reread().catch(failed)
    }
  }

  #turnTo(id: string | null, at: string | null): void {
    this.#begun = true
    this.composer.keep()
    this.store.close()
    this.store = new ChatStore(id)
    this.store.onturn = (news) => void told(news).catch(() => {}) // after an upgrade, which is said elsewhere
    this.follower.following = true
    this.composer.turnTo(id)
    void this.store.open(at)
    if (id === null && this.actions.mayWrite) void this.#findModel()
    if (!byTouch.matches && !at) this.area?.focus()
  }

  async #findModel(): Promise<void> {
    try {
      const found = await models.forNewChat()
      // A provider that failed a moment ago is better than none.
      this.#newModel ||= found || (models.groups.flatMap((group) => group.models)[0]?.id ?? '')
    } catch (error) {
      failed(error)
    }
  }
}

function failed(error: unknown): void {
  toasts.show(explain(faultOf(error)), { kind: 'fault' })
}

async function told({ what, message }: TurnNews): Promise<void> {
  if (what === 'started') return announce(words.saidStarted)
  const { firstSentence, plainText } = await import('./transcript.svelte')
  const said = session.user?.settings.readWholeAnswers === true ? plainText : firstSentence
  announce(spokenEnd(message, said(textOf(message.parts))))
}
