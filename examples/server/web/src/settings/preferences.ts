// What a person has chosen for this page, in `settings` of their profile beside what else is there; on every device.
import type { User } from '../api/client_shape'
import { faultOf } from '../api/fault'
import { takeSettings } from '../api/preferences'
import { session } from '../api/session.svelte'
import { profile } from './calls'

const attempts = 3

// Puts these over what is kept, and shows them then. One key is changed, so a newer profile does no harm: the change is
// laid over that.
export async function keep(changes: Record<string, unknown>): Promise<void> {
  let user: User = session.user ?? (await profile.read())
  for (let attempt = 1; ; ++attempt) {
    try {
      session.user = await profile.update({ revision: user.revision, settings: { ...user.settings, ...changes } })
      return takeSettings(session.user.settings)
    } catch (error) {
      if (attempt === attempts || faultOf(error).code !== 'conflict') throw error
      user = await profile.read()
    }
  }
}
