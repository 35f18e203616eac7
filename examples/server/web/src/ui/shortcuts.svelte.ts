// What the keyboard does wherever one is. A part of the page says what it can do while it is there:
// $effect(() => shortcut('stop', stop)). Each has modifiers, and may be changed or turned off (settings page).
import { names } from '../i18n/shortcuts'
import { isMac, keysOf, parsed, shown } from './keys'

const defaults = {
  newChat: 'Mod+Shift+O',
  search: 'Mod+K',
  focusComposer: 'Mod+/',
  stop: 'Mod+.',
  previousMessage: 'Alt+ArrowUp',
  nextMessage: 'Alt+ArrowDown',
  previousAlternative: 'Alt+Shift+ArrowLeft',
  nextAlternative: 'Alt+Shift+ArrowRight',
  copy: 'Alt+Shift+C',
  edit: 'Alt+Shift+E',
} as const

export type ShortcutName = keyof typeof defaults
export type Shortcut = {
  name: ShortcutName
  label: string
  keys: string // "Mod+Shift+O"; Mod is the command key of a Mac, else Ctrl
  shown: string // as this machine's keyboard has it
  default: string
  enabled: boolean
}

const all = Object.keys(defaults) as ShortcutName[]
const running = new Map<ShortcutName, (() => void)[]>()

class Shortcuts {
  #changed = $state.raw<Partial<Record<ShortcutName, string | null>>>({}) // null: turned off

  readonly all: Shortcut[] = $derived(
    all.map((name) => {
      const changed = this.#changed[name]
      const keys = changed ?? defaults[name]
      return { name, label: names[name], keys, shown: shown(keys, isMac), default: defaults[name], enabled: changed !== null }
    }),
  )

  // False where the keys have no modifier or are another's; nothing is changed then.
  change(name: ShortcutName, keys: string | null): boolean {
    if (keys !== null && !this.isFree(name, keys)) return false
    this.#changed = { ...this.#changed, [name]: keys }
    return true
  }

  isFree(name: ShortcutName, keys: string): boolean {
    return parsed(keys) !== null && this.all.every((one) => one.name === name || !one.enabled || one.keys !== keys)
  }

  reset(name?: ShortcutName): void {
    this.#changed = Object.fromEntries(Object.entries(this.#changed).filter(([one]) => name && one !== name))
  }

  // What differs from the defaults, as user.settings keeps it, and back.
  changes(): Record<string, string | null> {
    return { ...this.#changed }
  }

  take(kept: unknown): void {
    if (typeof kept !== 'object' || kept === null) return
    const taken = Object.entries(kept).filter(
      ([name, keys]) => name in defaults && (keys === null || (typeof keys === 'string' && parsed(keys))),
    )
    this.#changed = Object.fromEntries(taken) as Partial<Record<ShortcutName, string | null>>
  }
}

export const shortcuts = new Shortcuts()

// Until what it gives is called. Of several the last counts.
export function shortcut(name: ShortcutName, run: () => void): () => void {
  running.set(name, [...(running.get(name) ?? []), run])
  return () =>
    running.set(
      name,
      (running.get(name) ?? []).filter((one) => one !== run),
    )
}

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return
  const pressed = keysOf(event, isMac)
  const found = pressed && shortcuts.all.find((one) => one.enabled && pressed.includes(one.keys))
  const run = found && running.get(found.name)?.at(-1)
  if (!run) return
  event.preventDefault()
  run()
})
