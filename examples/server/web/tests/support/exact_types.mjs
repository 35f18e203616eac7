// Types of every procedure, as the server that is tested describes them: src/api/client.d.ts, against which `npm run check`
// then holds the page.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { startServer } from './server.mjs'

const script = fileURLToPath(new URL('../../scripts/client_types.mjs', import.meta.url))
const server = await startServer({ url: 'http://127.0.0.1:9' }) // no vendor is asked
try {
  const { status } = spawnSync(process.execPath, [script, server.url], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} finally {
  await server.remove()
}
