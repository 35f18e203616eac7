import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// The files of tests/corpus/NAME: [name, text], in order.
export function corpus(name) {
  const folder = fileURLToPath(new URL(`../corpus/${name}/`, import.meta.url))
  return readdirSync(folder)
    .sort()
    .map((file) => [file, readFileSync(folder + file, 'utf8')])
}
