// Signing in and out, and what happens to the session elsewhere: another tab, another device, an administrator. All but
// the profile goes by requests, as a socket can set no cookie.
import { onEvent } from '../events/events'
import type { User } from './client_shape'
import { faultOf } from './fault'
import { client, connect, disconnect } from './link.svelte'
import { takeSettings } from './preferences'
import { readAll } from './read_all'
import { request } from './request'
import { forgetEverything, forgetOthers, mayActIn, session, type Membership } from './session.svelte'

type Current = { user: User; session: { tenantId: string | null } | null }

const tabs = new BroadcastChannel('sambung')
const tables = ['users', 'memberships', 'tenants', 'sessions']

const allTenants = (): Promise<Membership[]> => readAll((page) => request('tenant/getAll', page))

// Another person or another tenant: no store may have kept anything.
const beginAnew = (): void => location.replace('/')

// Nobody is left of whom anything could be shown: the page begins anew, so no store can have kept anything.
async function leave(why: 'out' | 'ended'): Promise<void> {
  disconnect()
  await forgetEverything()
  location.replace(why === 'ended' ? '/sign-in?ended' : '/sign-in')
}

// One that ends while it is read is not found.
async function currentSession(): Promise<Current | null> {
  try {
    return await request<Current | null>('auth/getSession')
  } catch (error) {
    if (faultOf(error).code === 'not_found') return null
    throw error
  }
}

async function read(): Promise<void> {
  const current = await currentSession()
  const before = session.user && { user: session.user.id, tenant: session.tenantId }
  if (!current) {
    if (session.state === 'known') return leave('ended')
    session.state = 'nobody'
    return disconnect()
  }
  const tenantId = current.session?.tenantId ?? null
  if (before && before.user !== current.user.id) await forgetEverything()
  if (before && (before.user !== current.user.id || before.tenant !== tenantId)) return beginAnew()
  await forgetOthers(current.user.id)
  session.tenants = await allTenants()
  session.tenantId = await actingIn(tenantId)
  session.user = current.user
  await takeSettings(current.user.settings)
  session.state = 'known'
}

// Who was taken out of the tenant that they acted in goes on in another of theirs.
async function actingIn(tenantId: string | null): Promise<string | null> {
  if (session.tenants.some((one) => one.tenant.id === tenantId && mayActIn(one))) return tenantId
  const other = session.tenants.find(mayActIn)
  if (!other) return null
  await request('tenant/switch', { id: other.tenant.id })
  if (session.state === 'known') beginAnew()
  return other.tenant.id
}

let reading: Promise<void> | null = null
let next: Promise<void> | null = null

// Whoever asks while it is being read gets what is read after that, as it may be newer.
function readOnce(): Promise<void> {
  if (!reading) return (reading = read().finally(() => (reading = null)))
  next ??= reading
    .catch(() => {})
    .then(() => {
      next = null
      return readOnce()
    })
  return next
}

// Whether somebody is still signed in; a server that does not answer says nothing of it.
export async function askSession(): Promise<boolean> {
  await readOnce().catch(() => {})
  return session.state !== 'nobody'
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

export async function startSession(): Promise<void> {
  connect(askSession)
  for (let wait = 500; ; wait = Math.min(wait * 2, 8_000)) {
    try {
      return await readOnce()
    } catch (error) {
      await pause(faultOf(error).retryAfterMs ?? wait)
    }
  }
}

async function entered(): Promise<void> {
  await readOnce()
  connect(askSession)
  tabs.postMessage('in')
}

export type SignIn = { email: string; password: string; rememberMe: boolean }
export type SignUp = SignIn & { name: string; invitation?: string }

export async function signIn(input: SignIn): Promise<void> {
  await request('auth/signIn', input)
  await entered()
}

export async function signUp(input: SignUp): Promise<void> {
  await request('auth/signUp', input)
  await entered()
}

export async function signOut(): Promise<void> {
  await request('auth/signOut')
  tabs.postMessage('out')
  await leave('out')
}

// The page begins anew in the other tenant, here and in the other tabs.
export async function switchTenant(id: string): Promise<void> {
  await request('tenant/switch', { id })
  tabs.postMessage('switched')
  location.assign('/')
}

export async function acceptInvitation(secret: string): Promise<void> {
  const { tenant } = await request<Membership>('invitation/accept', { secret })
  await switchTenant(tenant.id)
}

// A change of one's own profile; what somebody else changed meanwhile is CONFLICT, and read.
export async function updateProfile(changes: { name?: string; image?: string; settings?: Record<string, unknown> }): Promise<void> {
  const { user } = session
  if (!user) return // signed out meanwhile: there is nothing to change
  try {
    session.user = await client.user.updateSettings({ revision: user.revision, ...changes })
  } catch (error) {
    if (faultOf(error).code === 'conflict') await askSession()
    throw error
  }
}

tabs.addEventListener('message', ({ data }) => {
  if (data === 'out' && session.state === 'known') void leave('out')
  else if (data === 'switched' && session.state === 'known') beginAnew()
  else if (data === 'in') void askSession().then((known) => known && connect(askSession))
})

onEvent((event) => {
  if (event.type === 'changed' && tables.includes(event.table) && session.state === 'known') void askSession()
})
