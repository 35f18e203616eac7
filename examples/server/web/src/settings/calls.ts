// What settings ask the server for, with the forms of docs/reference/http.md.
import type { Page, PageRequest, User } from '../api/client_shape'
import { client } from '../api/link.svelte'

export type SessionItem = {
  id: string
  tenantId: string | null
  address: string
  userAgent: string
  createdAt: Date
  updatedAt: Date
  expiresAt: Date
  current: boolean
}

export type Token = {
  id: string
  name: string
  lastFour: string
  scopes: string[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
}

export type KeyOwner = 'user' | 'tenant'

// Of the key itself the server gives the last four signs, never more.
export type ProviderKey = {
  id: string
  userId: string
  owner: KeyOwner
  provider: string
  host: string
  name: string
  lastFour: string
  state: 'active' | 'disabled'
  createdAt: Date
  updatedAt: Date
  revision: number
}

export type ProviderState = 'unknown' | 'healthy' | 'failing'
export type Provider = { name: string; state: ProviderState; error: string | null; hint: string | null; at: Date | null }
export type Grant = { id: string; chatId: string | null; tool: string; createdAt: Date }
export type ExportedRecord = { table: string; tenantId: string | null; record: Record<string, unknown> }
export type ProfileChange = { revision: number; name?: string; image?: string; settings?: Record<string, unknown> }

export const profile = {
  read: (): Promise<User> => client.user.getProfile({}),
  update: (change: ProfileChange): Promise<User> => client.user.updateSettings(change),
  changePassword: (currentPassword: string, newPassword: string): Promise<void> =>
    client.user.changePassword({ currentPassword, newPassword }),
  exportPage: (which: PageRequest, signal: AbortSignal): Promise<Page<ExportedRecord>> =>
    client.user.exportData(which, { signal }),
  erase: (password: string): Promise<void> => client.user.deleteAccount({ password }),
}

export const sessions = {
  list: (which: PageRequest): Promise<Page<SessionItem>> => client.user.listSessions(which),
  end: (id: string): Promise<void> => client.user.revokeSession({ id }),
  endOthers: (): Promise<void> => client.user.revokeOtherSessions({}),
}

export const tokens = {
  list: (which: PageRequest): Promise<Page<Token>> => client.apiToken.getAll(which),
  create: (made: { name: string; scopes: string[]; expiresInDays?: number }): Promise<{ record: Token; secret: string }> =>
    client.apiToken.create(made),
  revoke: (id: string): Promise<void> => client.apiToken.revoke({ id }),
}

export const keys = {
  list: (which: PageRequest): Promise<Page<ProviderKey>> => client.apiKey.getAll(which),
  create: (made: { provider: string; key: string; owner: KeyOwner; name?: string }): Promise<ProviderKey> =>
    client.apiKey.create(made),
  rotate: (id: string, key: string, revision: number): Promise<ProviderKey> => client.apiKey.rotate({ id, key, revision }),
  update: (id: string, revision: number, change: { name?: string; state?: ProviderKey['state'] }): Promise<ProviderKey> =>
    client.apiKey.update({ id, revision, ...change }),
  remove: (id: string): Promise<void> => client.apiKey.delete({ id }),
}

export const providers = async (): Promise<Provider[]> => (await client.provider.list({})).items

export const grants = {
  list: (which: PageRequest): Promise<Page<Grant>> => client.grants.list(which),
  revoke: (id: string): Promise<void> => client.grants.revoke({ id }),
}
