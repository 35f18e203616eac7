// Models by provider, and those that a search finds.
export type Model = {
  id: string // "provider/model"
  contextTokens: number | null
  maxOutputTokens: number | null
  price: { input: number; output: number } | null // micro-dollars of a million tokens
}

export type Provider = { name: string; state: 'unknown' | 'healthy' | 'failing'; error: string | null; hint: string | null }
export type ModelGroup = { provider: string; isFailing: boolean; error: string | null; hint: string | null; models: Model[] }

export const providerOf = (id: string): string => id.slice(0, Math.max(0, id.indexOf('/')))
export const nameOf = (id: string): string => id.slice(id.indexOf('/') + 1)

// In the order in which the server lists them; a provider that fails is there though it has no model to offer.
export function groupsOf(models: readonly Model[], providers: readonly Provider[]): ModelGroup[] {
  const groups = new Map<string, ModelGroup>()
  const groupOf = (provider: string): ModelGroup => {
    const found = groups.get(provider) ?? { provider, isFailing: false, error: null, hint: null, models: [] }
    groups.set(provider, found)
    return found
  }
  for (const model of models) groupOf(providerOf(model.id)).models.push(model)
  for (const { name, state, error, hint } of providers)
    if (state === 'failing') Object.assign(groupOf(name), { isFailing: true, error, hint })
  return [...groups.values()]
}

// Every word has to be in the id, in any order.
export function matching(groups: readonly ModelGroup[], text: string): ModelGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...groups]
  const fits = (model: Model): boolean => words.every((word) => model.id.toLowerCase().includes(word))
  return groups.map((group) => ({ ...group, models: group.models.filter(fits) })).filter((group) => group.models.length > 0)
}
