// What this browser keeps between visits, all under names that begin with "sambung.". Language and theme are of whoever
// comes; the rest is one person's, who is the owner of it. A browser that keeps nothing is as good.
type Name = 'language' | 'theme' | 'owner'

const prefix = 'sambung.'
const key = (name: Name): string => prefix + name
const ofAnybody = [key('language'), key('theme')]

export function kept(name: Name): string | null {
  try {
    return localStorage.getItem(key(name))
  } catch {
    return null
  }
}

export function keep(name: Name, value: string): void {
  try {
    localStorage.setItem(key(name), value)
  } catch {
    // full, or forbidden
  }
}

// Also what parts of the page have kept that are not loaded now.
export function forgetKept(): void {
  for (const storage of [() => localStorage, () => sessionStorage]) {
    try {
      removeOwn(storage())
    } catch {
      // forbidden: nothing is there
    }
  }
}

function removeOwn(storage: Storage): void {
  const names = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '')
  for (const name of names) if (name.startsWith(prefix) && !ofAnybody.includes(name)) storage.removeItem(name)
}
