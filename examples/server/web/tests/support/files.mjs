// Files below a folder, with their text.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export function filesBelow(folder, pattern) {
  const top = fileURLToPath(folder)
  return readdirSync(top, { recursive: true })
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => ({ path: name.replaceAll('\\', '/'), text: readFileSync(join(top, name), 'utf8') }))
}
