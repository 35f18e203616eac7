// The model vendors that a server knows (docs/guides/providers.md): what they call themselves, and where one gets a key.
type Vendor = { name: string; keys?: string; isLocal?: boolean }

const vendors: Record<string, Vendor> = {
  anthropic: { name: 'Anthropic', keys: 'https://console.anthropic.com/settings/keys' },
  openai: { name: 'OpenAI', keys: 'https://platform.openai.com/api-keys' },
  gemini: { name: 'Google Gemini', keys: 'https://aistudio.google.com/apikey' },
  openrouter: { name: 'OpenRouter', keys: 'https://openrouter.ai/settings/keys' },
  groq: { name: 'Groq', keys: 'https://console.groq.com/keys' },
  mistral: { name: 'Mistral', keys: 'https://console.mistral.ai/api-keys' },
  deepseek: { name: 'DeepSeek', keys: 'https://platform.deepseek.com/api_keys' },
  ollama: { name: 'Ollama', isLocal: true },
  llamacpp: { name: 'llama.cpp', isLocal: true },
  lmstudio: { name: 'LM Studio', isLocal: true },
  vllm: { name: 'vLLM', isLocal: true },
  demo: { name: 'Demo', isLocal: true },
}

export const isDemo = (provider: string): boolean => provider === 'demo'

// One that only this server knows is called as the server does, and takes keys.
export const vendorOf = (provider: string): Vendor => vendors[provider] ?? { name: provider }

export type Offered = { provider: string; name: string; models: string[] }

// Providers that have models now; the demo last, as it is no model.
export function offeredBy(models: { id: string }[]): Offered[] {
  const found = new Map<string, string[]>()
  for (const { id } of models) {
    const provider = id.slice(0, id.indexOf('/') + 1).slice(0, -1)
    if (provider) found.set(provider, [...(found.get(provider) ?? []), id.slice(provider.length + 1)])
  }
  return [...found]
    .map(([provider, ids]) => ({ provider, name: vendorOf(provider).name, models: ids }))
    .sort((a, b) => Number(isDemo(a.provider)) - Number(isDemo(b.provider)) || a.name.localeCompare(b.name))
}
