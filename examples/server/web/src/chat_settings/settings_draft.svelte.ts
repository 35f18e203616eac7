// The settings of a chat while they are changed: what is kept with the chat, and what on this device.
import type { Chat } from '../api/client_shape'
import { faultOf, type Fault } from '../api/fault'
import { client } from '../api/link.svelte'
import { faultsOfIssues, type ValueFaults } from '../templates/variables'
import { callSettings, setCallSettings, type CallSettings } from './call_options.svelte'
import { isSameUse, wireUse, type PromptUse, type Setup } from './setup'

export class SettingsDraft {
  model = $state('')
  systemPrompt = $state('')
  prompt = $state.raw<PromptUse | null>(null)
  calls = $state.raw<CallSettings>({})
  isBusy = $state(false)
  fault = $state.raw<Fault | null>(null)
  valueFaults = $state.raw<ValueFaults>({})
  isStale = $state(false) // somebody changed it meanwhile; what stands here was not saved yet
  isRead = $state(false)
  #chat: Chat
  #setup: Setup

  constructor(chat: Chat) {
    this.#chat = chat
    this.#setup = { id: chat.id, prompt: null, revision: 0 }
    this.#show()
  }

  get theirs(): Chat {
    return this.#chat
  }

  async read(): Promise<void> {
    try {
      this.#setup = await client.chat.setup.get({ id: this.#chat.id })
      this.prompt = this.#setup.prompt
      this.isRead = true
    } catch (error) {
      this.fault = faultOf(error)
    }
  }

  takeTheirs(): void {
    this.isStale = false
    this.#show()
    this.prompt = this.#setup.prompt
  }

  // The chat as it is stored then, or null: what is wrong is in the fields.
  async save(): Promise<Chat | null> {
    this.isBusy = true
    this.fault = null
    this.valueFaults = {}
    try {
      setCallSettings(this.#chat.id, this.calls)
      if (!isSameUse(this.prompt, this.#setup.prompt)) await this.#saveSetup()
      if (this.model !== this.#chat.model || this.systemPrompt !== this.#chat.systemPrompt) await this.#saveChat()
      return this.#chat
    } catch (error) {
      await this.#refused(faultOf(error))
      return null
    } finally {
      this.isBusy = false
    }
  }

  #show(): void {
    this.model = this.#chat.model
    this.systemPrompt = this.#chat.systemPrompt
    this.calls = callSettings(this.#chat.id)
  }

  async #saveChat(): Promise<void> {
    const { id, revision } = this.#chat
    this.#chat = await client.chat.update({ id, revision, model: this.model, systemPrompt: this.systemPrompt })
  }

  async #saveSetup(): Promise<void> {
    const prompt = this.prompt === null ? {} : { prompt: wireUse(this.prompt) }
    this.#setup = await client.chat.setup.update({ id: this.#chat.id, revision: this.#setup.revision, ...prompt })
    this.#chat = await client.chat.getById({ id: this.#chat.id })
  }

  async #refused(fault: Fault): Promise<void> {
    this.valueFaults = faultsOfIssues(fault.issues)
    if (fault.code !== 'conflict') {
      if (Object.keys(this.valueFaults).length === 0) this.fault = fault
      return
    }
    this.isStale = true
    try {
      this.#chat = await client.chat.getById({ id: this.#chat.id })
      this.#setup = await client.chat.setup.get({ id: this.#chat.id })
    } catch (error) {
      this.fault = faultOf(error)
    }
  }
}
