// Brings a module of the page, in TypeScript, into a test: bundled by the page's own esbuild, kept for the process.
import { webcrypto } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

globalThis.crypto ??= webcrypto // which Node.js 18 has by its module only, and browsers have

const page = fileURLToPath(new URL('../..', import.meta.url))
const fromPage = createRequire(join(page, 'package.json'))
// The page depends on vite, and vite on esbuild.
const esbuild = createRequire(fromPage.resolve('vite'))('esbuild')

const folder = mkdtempSync(join(tmpdir(), 'sambung-page-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const loaded = new Map()

// `load('src/markdown/blocks.ts')`: what the module exports. Every call of one path gives the same module.
export function load(path) {
  if (!loaded.has(path)) loaded.set(path, bundle(path))
  return loaded.get(path)
}

async function bundle(path) {
  const outfile = join(folder, `${path.replace(/\W+/g, '_')}.mjs`)
  await esbuild.build({
    entryPoints: [join(page, path)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node18',
    loader: { '.css': 'empty', '.woff2': 'empty' },
    logLevel: 'error',
  })
  return import(pathToFileURL(outfile).href)
}

// The same for several modules that must share what they import.
export async function loadTogether(...paths) {
  const key = paths.join('+')
  if (!loaded.has(key)) loaded.set(key, bundleTogether(paths))
  return loaded.get(key)
}

async function bundleTogether(paths) {
  const outfile = join(folder, `together_${loaded.size}.mjs`)
  const contents = paths.map((path) => `export * from ${JSON.stringify(join(page, path))}`).join('\n')
  await esbuild.build({
    stdin: { contents, resolveDir: page, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node18',
    loader: { '.css': 'empty', '.woff2': 'empty' },
    logLevel: 'error',
  })
  return import(pathToFileURL(outfile).href)
}

// A package that the page depends on.
export async function packageOfPage(name) {
  const { resolve } = createRequire(join(page, 'package.json'))
  return import(pathToFileURL(resolve(name)).href)
}
