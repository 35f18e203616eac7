import { fileURLToPath } from 'node:url'

import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

import { firstLoad } from './scripts/first_load.mjs'
import { oneLanguage } from './scripts/one_language.mjs'

const root = fileURLToPath(new URL('.', import.meta.url))

// Where `npm run dev` finds a server.
const server = process.env.SAMBUNG_URL ?? 'http://127.0.0.1:8787'
// The browser's own host and origin are passed on: they agree, and are of this machine, which the server demands.
const proxied = { target: server, changeOrigin: false }

const read = 'src/chat/transcript.svelte' // the messages of a chat
const texts = oneLanguage({ root, first: ['src/start.ts', read, 'src/list/sidebar.svelte'] })

export default defineConfig({
  plugins: [svelte(), texts, firstLoad({ root, read, packOf: texts.packOf })],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the policy allows no data: style sheets or scripts
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 300,
  },
  server: {
    proxy: { '/rpc': proxied, '/api': proxied, '/openapi.json': proxied, '/ws': { ...proxied, ws: true } },
  },
})
