// A JSON object that was typed; nothing where nothing was.
export type Read = { ok: true; value: Record<string, unknown> | null } | { ok: false }

export function jsonObject(text: string): Read {
  if (text.trim() === '') return { ok: true, value: null }
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? { ok: true, value: value as Record<string, unknown> } : { ok: false }
  } catch {
    return { ok: false }
  }
}
