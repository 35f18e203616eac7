// Keys as texts: "Mod+Shift+O". Mod is the command key of a Mac, else Ctrl, so that what is stored suits every machine.
export const isMac = /mac|iphone|ipad/i.test(navigator.platform)

const modifiers = ['Mod', 'Ctrl', 'Alt', 'Shift'] as const
const marks: Record<string, string> = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' }
const arrows: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Space: '␣' }

// Null: no shortcut, as it lacks a modifier that keeps it apart from what is typed.
export function parsed(keys: string): { modifiers: string[]; key: string } | null {
  const parts = keys.split('+')
  const key = parts.pop() || '+'
  const known = parts.every((one) => modifiers.some((name) => name === one))
  const apart = parts.some((one) => one !== 'Shift')
  return known && apart && new Set(parts).size === parts.length ? { modifiers: parts, key } : null
}

// As it is written: by the letter that the layout gives, and by the place of the key, as Alt makes other letters.
// Null: only modifiers, or none of them.
export function keysOf(event: KeyboardEvent, mac: boolean): string[] | null {
  if (['Control', 'Alt', 'Shift', 'Meta'].includes(event.key)) return null
  const held = [
    (mac ? event.metaKey : event.ctrlKey) ? 'Mod' : '',
    mac && event.ctrlKey ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    event.shiftKey ? 'Shift' : '',
  ].filter((one) => one !== '')
  if (held.length === 0 || (!mac && event.metaKey)) return null
  const byLetter = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key
  const byPlace = event.code.replace(/^(Key|Digit)/, '')
  return [...new Set([byLetter, byPlace])].map((key) => [...held, key].join('+'))
}

export function shown(keys: string, mac: boolean): string {
  const found = parsed(keys)
  if (!found) return keys
  const key = arrows[found.key] ?? found.key
  if (mac) return [...found.modifiers.map((one) => marks[one] ?? one), key].join('')
  return [...found.modifiers.map((one) => (one === 'Mod' ? 'Ctrl' : one)), key].join('+')
}
