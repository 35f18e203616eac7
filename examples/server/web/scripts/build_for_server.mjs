// Builds the page, packs it, and makes of it what is linked into sambung-server; the build of the server calls it.
//   node build_for_server.mjs DIST TABLE.cpp
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { install } from './installed.mjs'
import { packAll } from './packed.mjs'
import { table } from './table.mjs'

const page = dirname(dirname(fileURLToPath(import.meta.url)))

function build(dist) {
  const how = ['run', 'build', '--', '--outDir', dist, '--emptyOutDir', '--logLevel', 'warn']
  const done = spawnSync('npm', how, { cwd: page, stdio: ['ignore', 'inherit', 'inherit'] })
  if (done.status !== 0) throw new Error('the page cannot be built; its own check says more: npm run check')
}

try {
  const [dist, file] = process.argv.slice(2).map((path) => resolve(path))
  if (!file) throw new Error('usage: build_for_server.mjs DIST TABLE.cpp')
  install(page)
  build(dist)
  writeFileSync(file, table(packAll(dist)))
} catch (fault) {
  console.error(`error: ${fault.message}`)
  process.exit(1)
}
