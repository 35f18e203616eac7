// The files of a folder, each also as gzip and Brotli pack it, where that makes it smaller.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const packsWell = /\.(css|html|js|json|mjs|svg|txt|webmanifest|xml)$/
const smallest = 256 // bytes; below, headers weigh more than what is saved

function brotli(content) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  }
  return brotliCompressSync(content, { params })
}

function packed(name, content) {
  const file = { name, content, gzip: null, brotli: null }
  if (!packsWell.test(name) || content.length < smallest) return file
  const gzip = gzipSync(content, { level: 9 })
  const br = brotli(content)
  if (gzip.length < content.length) file.gzip = gzip
  if (br.length < content.length) file.brotli = br
  return file
}

function namesIn(folder, before = '') {
  const entries = readdirSync(join(folder, before), { withFileTypes: true }).filter((one) => !one.name.startsWith('.'))
  return entries.flatMap((one) => {
    const name = before ? `${before}/${one.name}` : one.name
    return one.isDirectory() ? namesIn(folder, name) : one.isFile() ? [name] : []
  })
}

// [{name, content, gzip, brotli}] by name; the packed ones are written beside the others.
export function packAll(folder) {
  const names = namesIn(folder).sort()
  const files = names.map((name) => packed(name, readFileSync(join(folder, name))))
  for (const { name, gzip, brotli } of files) {
    if (gzip) writeFileSync(join(folder, `${name}.gz`), gzip)
    if (brotli) writeFileSync(join(folder, `${name}.br`), brotli)
  }
  return files
}
