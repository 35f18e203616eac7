// Brings modules of the page with runes (*.svelte.ts) into a test: compiled by the page's own Svelte, bundled by its esbuild.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const page = fileURLToPath(new URL('../..', import.meta.url))
const fromPage = createRequire(join(page, 'package.json'))
const esbuild = createRequire(fromPage.resolve('vite'))('esbuild')
const { compileModule } = await import(pathToFileURL(join(page, 'node_modules/svelte/src/compiler/index.js')).href)

const folder = mkdtempSync(join(tmpdir(), 'sambung-runes-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const runes = {
  name: 'runes',
  setup(build) {
    build.onLoad({ filter: /\.svelte\.ts$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(readFileSync(path, 'utf8'), { loader: 'ts', target: 'es2022' })
      return { contents: compileModule(code, { filename: path, generate: 'client' }).js.code, loader: 'js' }
    })
  },
}

let made = 0

// `loadSvelte('src/api/session.svelte.ts', ...)`: what they export, sharing what they import. Anew at each call.
export async function loadSvelte(...paths) {
  const outfile = join(folder, `${++made}.mjs`)
  const contents = paths.map((path) => `export * from ${JSON.stringify(join(page, path))}`).join('\n')
  await esbuild.build({
    stdin: { contents, resolveDir: page, loader: 'ts' },
    outfile, bundle: true, format: 'esm', platform: 'node', conditions: ['browser'], target: 'node20', plugins: [runes], logLevel: 'error',
  })
  return import(pathToFileURL(outfile).href)
}

// As much of a browser as modules ask for when they are loaded.
export function pretendBrowser({ path = '/' } = {}) {
  const url = new URL(path, 'http://127.0.0.1')
  const gone = []
  const kept = new Map()
  const listeners = new Map()
  const given = {
    location: { pathname: url.pathname, search: url.search, hash: url.hash, origin: url.origin, href: url.href, replace: (to) => gone.push(to), assign: (to) => gone.push(to) },
    history: { pushState() {}, replaceState() {} },
    navigator: { languages: ['en'], platform: 'Linux' },
    localStorage: {
      getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key),
      key: (at) => [...kept.keys()][at] ?? null, get length() { return kept.size },
    },
    document: { documentElement: { dataset: {} }, querySelector: () => null, addEventListener() {} },
    addEventListener: (name, heard) => listeners.set(name, heard),
    BroadcastChannel: class {
      static said = []
      addEventListener(_name, heard) { listeners.set('tabs', heard) }
      postMessage(data) { given.BroadcastChannel.said.push(data) }
    },
    CloseEvent: class extends Event {
      constructor(name, { code }) { super(name); this.code = code }
    },
    WebSocket: class extends EventTarget {
      static CONNECTING = 0
      static opened = []
      readyState = 1
      constructor() { super(); given.WebSocket.opened.push(this) }
      send() {}
      close() { this.readyState = 3 }
    },
  }
  for (const [name, value] of Object.entries(given)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  return { gone, kept, listeners, said: given.BroadcastChannel.said, sockets: given.WebSocket.opened }
}
