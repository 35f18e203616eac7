// One thing that a person asks the server to do: whether it is on its way, and what went wrong, to be shown at its place.
import { faultOf, type Fault } from '../api/fault'
import { toasts } from './toast.svelte'

export class Action {
  busy = $state(false)
  fault = $state.raw<Fault | null>(null)

  // True when it was done; `said` is then told.
  async run(what: () => Promise<void>, said?: string): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.fault = null
    try {
      await what()
      if (said) toasts.show(said)
      return true
    } catch (error) {
      this.fault = faultOf(error)
      return false
    } finally {
      this.busy = false
    }
  }

  // Whether the server found fault with this member of the input.
  faults(path: string): boolean {
    return this.fault?.issues.some((issue) => issue.path === path || issue.path.startsWith(`${path}.`)) ?? false
  }
}
