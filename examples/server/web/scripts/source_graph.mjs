// What our own sources import, as far as the build must know before it parses them.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const statically = /^\s*(?:import|export)\s+(?!type\b)(?:[^'"();]*?\s+from\s+)?['"](\.[^'"]+)['"]/gm
const statements = /\bimport\(\s*(['"])(\.[^'"]+)\1\s*\)/g

function fileOf(specifier, from) {
  const path = resolve(dirname(from), specifier)
  return [path, `${path}.ts`].find((one) => /\.(ts|svelte|css)$/.test(one) && existsSync(one)) ?? null
}

// The files that come with one, itself among them.
export function closureOf(...roots) {
  const files = new Set()
  const visit = (file) => {
    if (files.has(file)) return
    files.add(file)
    if (file.endsWith('.css')) return
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(statically)) {
      const found = fileOf(specifier, file)
      if (found) visit(found)
    }
  }
  roots.forEach(visit)
  return files
}

// Each `import('./…')` of a code, as `written` writes it anew.
export function withImports(code, from, written) {
  return code.replace(statements, (statement, _quote, specifier) => {
    const file = fileOf(specifier, from)
    return file ? written(statement, file) : statement
  })
}
