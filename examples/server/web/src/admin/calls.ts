// What the administration of a tenant asks the server for, with the forms of docs/reference/http.md.
import type { Page, PageRequest, Role } from '../api/client_shape'
import { client } from '../api/link.svelte'

export type Tenant = {
  id: string
  name: string
  createdAt: Date
  revision: number
  state: 'active' | 'suspended' | 'deleting'
  suspendedBy: string | null
}

export type OwnTenant = { tenant: Tenant; role: Role; state: 'active' | 'suspended' }

export type Member = {
  userId: string
  email: string | null
  name: string
  image: string | null
  role: Role
  joinedAt: Date
  state: 'active' | 'suspended'
}

export type Invitation = {
  id: string
  email: string
  role: Role
  state: 'pending' | 'accepted' | 'revoked'
  createdAt: Date
  expiresAt: Date
}

export type AuditEntry = {
  id: string
  actorId: string | null
  action: string
  subject: string
  detail: string
  authenticatedBy: string
  address: string
  createdAt: Date
}

export type QuotaSubject = 'tenant' | 'each_user' | 'user'
export type QuotaPeriod = 'day' | 'month'
export type QuotaMeasure = 'tokens' | 'money'
export type QuotaAuthority = 'platform' | 'tenant'
export type QuotaKey = { subject: QuotaSubject; userId?: string; period: QuotaPeriod; measure: QuotaMeasure }

export type Quota = {
  id: string
  authority: QuotaAuthority
  subject: QuotaSubject
  userId: string | null
  period: QuotaPeriod
  measure: QuotaMeasure
  limit: number
}

export const tenant = {
  read: (): Promise<Tenant> => client.tenant.get({}),
  own: (which: PageRequest): Promise<Page<OwnTenant>> => client.tenant.getAll(which),
  create: (name: string): Promise<Tenant> => client.tenant.create({ name }),
  rename: (name: string, revision: number): Promise<Tenant> => client.tenant.update({ name, revision }),
  suspend: (name: string): Promise<Tenant> => client.tenant.suspend({ name }),
  resume: (id: string): Promise<Tenant> => client.tenant.resume({ id }),
  leave: (id: string): Promise<void> => client.tenant.leave({ id }),
  remove: (name: string): Promise<unknown> => client.tenant.delete({ name }),
}

export const members = {
  list: (which: PageRequest): Promise<Page<Member>> => client.member.getAll(which),
  get: (userId: string): Promise<Member> => client.member.get({ userId }),
  setRole: (userId: string, role: Role): Promise<Member> => client.member.setRole({ userId, role }),
  suspend: (userId: string): Promise<Member> => client.member.suspend({ userId }),
  resume: (userId: string): Promise<Member> => client.member.resume({ userId }),
  remove: (userId: string): Promise<void> => client.member.remove({ userId }),
}

export const invitations = {
  list: (which: PageRequest): Promise<Page<Invitation>> => client.invitation.getAll(which),
  create: (email: string, role: Role, expiresInHours: number): Promise<{ record: Invitation; secret: string }> =>
    client.invitation.create({ email, role, expiresInHours }),
  revoke: (id: string): Promise<void> => client.invitation.revoke({ id }),
}

export const quotas = {
  list: (which: PageRequest): Promise<Page<Quota>> => client.quota.getAll(which),
  set: (which: QuotaKey, limit: number): Promise<Quota> => client.quota.set({ ...which, limit }),
  remove: (which: QuotaKey): Promise<void> => client.quota.remove(which),
}

export const audit = (which: PageRequest & { actorId?: string }): Promise<Page<AuditEntry>> => client.audit.list(which)
