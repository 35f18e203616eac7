// Whether node_modules is what package-lock.json says, and how it becomes that.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const packagesIn = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

// npm writes down what it has installed. Of what is optional only what fits this machine is there.
export function isInstalled(folder) {
  const written = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(written)) return false
  const { '': self, ...wanted } = packagesIn(join(folder, 'package-lock.json'))
  const there = packagesIn(written)
  const fits = ([path, one]) => (there[path] ? there[path].version === one.version : one.optional === true)
  return Object.entries(wanted).every(fits) && Object.keys(there).every((path) => wanted[path])
}

// What npm says first, without where in npm it was.
function beginningOf(complaint) {
  const lines = complaint.split('\n').filter((line) => !/^npm error +at /.test(line))
  return lines.slice(0, 4).join('\n')
}

export function install(folder) {
  if (isInstalled(folder)) return
  const done = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, encoding: 'utf8' })
  if (done.status === 0) return
  throw new Error(`npm ci failed in ${folder}:
${beginningOf(done.stderr ?? String(done.error))}
It fetches what builds the page from the npm registry, once. Where there is no way to it, the server is built without the page,
  cmake --preset serve -DSAMBUNG_BUILD_WEB=OFF && scripts/serve
and gives one that was built elsewhere with SAMBUNG_WEB=/its/folder.`)
}
