// What the calls of each chat may have, as a table of limited size: the chats that were set last stay.
export type CallSettings = { temperature?: number; topP?: number; maxTokens?: number; tools?: string[]; maxSteps?: number }
export type KeptCalls = [chatId: string, settings: CallSettings][]

export const mostChats = 200

const ranges = { temperature: [0, 2], topP: [0, 1], maxTokens: [1, 10_000_000], maxSteps: [1, 1000] } as const

// What was read from a device is believed as far as it fits.
function settingsOf(value: unknown): CallSettings {
  if (typeof value !== 'object' || value === null) return {}
  const found = value as Record<string, unknown>
  const settings: CallSettings = {}
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const given = found[name]
    if (typeof given === 'number' && given >= least && given <= most) settings[name as keyof typeof ranges] = given
  }
  if (Array.isArray(found.tools)) settings.tools = found.tools.filter((one): one is string => typeof one === 'string').slice(0, 64)
  return settings
}

export function readCalls(text: string | null): KeptCalls {
  try {
    const read: unknown = JSON.parse(text ?? '[]')
    if (!Array.isArray(read)) return []
    return read
      .filter((one): one is [string, unknown] => Array.isArray(one) && typeof one[0] === 'string')
      .slice(-mostChats)
      .map(([chatId, settings]) => [chatId, settingsOf(settings)])
  } catch {
    return []
  }
}

// With nothing to say a chat is not kept.
export function withCall(calls: KeptCalls, chatId: string, settings: CallSettings): KeptCalls {
  const others = calls.filter(([id]) => id !== chatId)
  const said = settingsOf(settings)
  return Object.keys(said).length === 0 ? others : [...others, [chatId, said] as KeptCalls[number]].slice(-mostChats)
}
