// The kept prompt of a chat, as chat.setup.* has it.
export type PromptUse = { id: string; label?: string | null; version?: number | null; values: Record<string, unknown>; followLabel: boolean }
export type Setup = { id: string; prompt: PromptUse | null; revision: number }

export type SentUse = { id: string; label?: string; version?: number; values: Record<string, unknown>; followLabel: boolean }

// What is sent: following a label and naming a version exclude each other. A label stays as it was set.
export function wireUse({ id, label, version, values, followLabel }: PromptUse): SentUse {
  return { id, values, followLabel, ...(label ? { label } : {}), ...(version && !followLabel ? { version } : {}) }
}

export const isSameUse = (one: PromptUse | null, other: PromptUse | null): boolean =>
  JSON.stringify(one && wireUse(one)) === JSON.stringify(other && wireUse(other))
