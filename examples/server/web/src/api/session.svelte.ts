// Who is signed in, and what they may do. Everything else of a person's is let go with it. What changes it is in
// session_calls.ts.
import { tick } from 'svelte'

import { forgetKept, keep, kept } from '../ui/kept'
import type { Role, User } from './client_shape'

export type Permission =
  | 'chat_read' | 'chat_write' | 'content_read' | 'content_write' | 'content_publish' | 'content_manage' | 'model_use'
  | 'token_own' | 'key_own' | 'key_tenant' | 'tenant_read' | 'tenant_manage' | 'tenant_delete' | 'member_manage'
  | 'audit_read' | 'usage_own' | 'usage_tenant' | 'quota_manage'

export type Membership = {
  tenant: { id: string; name: string; state: 'active' | 'suspended' | 'deleting'; revision: number }
  role: Role
  state: 'active' | 'suspended'
}

const viewer: Permission[] = ['chat_read', 'content_read', 'tenant_read', 'usage_own']
const member: Permission[] = [...viewer, 'chat_write', 'content_write', 'content_publish', 'model_use', 'token_own', 'key_own']
const admin: Permission[] = [
  ...member, 'content_manage', 'key_tenant', 'tenant_manage', 'member_manage', 'audit_read', 'usage_tenant',
]
const owner: Permission[] = [...admin, 'tenant_delete', 'quota_manage']
const permissions: Record<Role, Permission[]> = { viewer, member, admin, owner }

export const mayActIn = (one: Membership): boolean => one.state === 'active' && one.tenant.state === 'active'

class Session {
  state = $state<'unknown' | 'nobody' | 'known'>('unknown')
  user = $state.raw<User | null>(null)
  tenantId = $state<string | null>(null) // the one that they act in
  tenants = $state.raw<Membership[]>([])
  readonly membership = $derived(this.tenants.find((one) => one.tenant.id === this.tenantId && mayActIn(one)) ?? null)
  readonly role: Role | null = $derived(this.membership?.role ?? null)

  // What is shown; the server decides by itself.
  may(permission: Permission): boolean {
    return this.role !== null && permissions[this.role].includes(permission)
  }
}

export const session = new Session()

const leaving: (() => void | Promise<void>)[] = []
const leavingTime = 2_000

// What to do when the person who was signed in is so no longer: drafts, stores, what was sent and not taken.
export function atSignOut(forget: () => void | Promise<void>): void {
  leaving.push(forget)
}

export async function forgetEverything(): Promise<void> {
  session.state = 'nobody'
  session.user = session.tenantId = null
  session.tenants = []
  await tick() // what is shown goes first, as it may store something when it does
  await letGo()
}

// What another person's visit left, whose session ended while no page was open to hear of it.
export async function forgetOthers(userId: string): Promise<void> {
  if (kept('owner') === userId) return
  await letGo()
  keep('owner', userId)
}

async function letGo(): Promise<void> {
  const forgotten = Promise.allSettled(leaving.map(async (forget) => forget()))
  const tooLong = new Promise((resolve) => setTimeout(resolve, leavingTime))
  await Promise.race([forgotten, tooLong])
  forgetKept()
}
