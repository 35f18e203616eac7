// What this browser keeps between visits, of whoever comes: language and theme. Nothing of a person's. A browser that
// keeps nothing is as good.
type Name = 'language' | 'theme'

const key = (name: Name): string => `sambung.${name}`

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
