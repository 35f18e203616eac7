// The models that one may use, read once and again when the list is opened later.
import { faultOf, type Fault } from '../api/fault'
import { client } from '../api/link.svelte'
import { atSignOut } from '../api/session.svelte'
import { lastUsedModel } from './last_model'
import { groupsOf, type Model, type ModelGroup } from './model_groups'

const freshFor = 30_000

class Models {
  groups = $state.raw<ModelGroup[]>([])
  fault = $state.raw<Fault | null>(null)
  isReading = $state(false)
  #readAt = 0
  #reading: Promise<void> | null = null

  // At once where it was read a moment ago.
  async read(): Promise<void> {
    if (Date.now() - this.#readAt < freshFor) return
    this.#reading ??= this.#take().finally(() => (this.#reading = null))
    await this.#reading
  }

  // What a new chat begins with: what was used last, else the first that works, the built-in demonstration last.
  async forNewChat(): Promise<string> {
    await this.read()
    const all = this.groups.filter((group) => !group.isFailing).flatMap((group) => group.models)
    const last = lastUsedModel()
    if (last !== null && this.find(last)) return last
    return (all.find((model) => !model.id.startsWith('demo/')) ?? all[0])?.id ?? ''
  }

  find(id: string): Model | undefined {
    return this.groups.flatMap((group) => group.models).find((model) => model.id === id)
  }

  forget(): void {
    this.groups = []
    this.#readAt = 0
  }

  async #take(): Promise<void> {
    this.isReading = true
    try {
      const [listed, asked] = await Promise.all([client.model.list(), client.provider.list()])
      this.groups = groupsOf(listed.items, asked.items)
      this.fault = null
      this.#readAt = Date.now()
    } catch (error) {
      this.fault = faultOf(error)
    } finally {
      this.isReading = false
    }
  }
}

export const models = new Models()
atSignOut(() => models.forget())
