// What the server gives for paths that nobody should ask for: never HTML for JSON, never a file that is not the page's.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { gunzipSync, brotliDecompressSync } from 'node:zlib'

import { flow } from '../support/flow.mjs'

// One request as it is written, byte for byte; Node's own client would tidy the path up.
function ask(server, path, headers = {}, method = 'GET') {
  return new Promise((resolve, reject) => {
    const chunks = []
    const lines = Object.entries({ Host: `127.0.0.1:${server.port}`, Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`)
    const socket = connect(server.port, '127.0.0.1', () => socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`))
    socket.on('data', (bytes) => chunks.push(bytes)).on('error', reject).on('end', () => resolve(read(Buffer.concat(chunks))))
  })
}

function read(bytes) {
  const at = bytes.indexOf('\r\n\r\n')
  const [first, ...lines] = bytes.subarray(0, at).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  return { status: Number(first.split(' ')[1]), headers, body: bytes.subarray(at + 4) }
}

const pages = ['/', '/c/01a22ade-d44f-70bf-8a68-57d954f847ce', '/search', '/settings', '/settings/keys', '/admin/members', '/usage', '/templates', '/sign-in', '/sign-up', '/join/secret', '/welcome']
const wrong = [
  '/../etc/passwd', '/assets/../../etc/passwd', '/assets/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/assets%2findex.js', '/.env', '/.git/config',
  '/assets/.hidden', '/index.html/', '//', '/assets/', '/assets', '/INDEX.HTML', '/index.html%00.js', '/c', '/c/1/2', '/rpc', '/rpc/no/such', '/api', '/api/auth/nothing',
  '/v1/nothing', '/ws/', '/settings//keys', '/c/..%2f..%2fetc', '/\\..\\..\\etc', '/assets/no-such-file.js', '/manifest.json',
]

flow('19: pages, and what is none', {}, async (kit) => {
  const { server } = kit
  for (const path of pages) {
    const { status, headers, body } = await ask(server, path)
    assert.deepEqual([path, status, headers['content-type']?.split(';')[0]], [path, 200, 'text/html'])
    assert.match(body.toString(), /<!doctype html>/i)
    assert.equal(headers['cache-control'], 'no-cache')
    assert.match(headers['content-security-policy'], /default-src 'none'.*script-src 'self'.*require-trusted-types-for 'script'/)
    assert.doesNotMatch(headers['content-security-policy'], /unsafe/)
  }
  for (const path of wrong) {
    const { status, headers, body } = await ask(server, path)
    assert.ok([400, 404, 405, 426].includes(status), `${path}: ${status}`)
    assert.doesNotMatch(`${headers['content-type']} ${body}`, /html|root:/, path)
  }
})

flow('19: codings, tags and ranges', {}, async (kit) => {
  const { server } = kit
  const { body: html } = await ask(server, '/')
  const [, script] = /<script[^>]*src="([^"]+)"/.exec(html.toString())
  const whole = await ask(server, script)
  assert.equal(whole.status, 200)
  assert.match(whole.headers['cache-control'], /immutable/)
  assert.match(whole.headers['content-type'], /javascript/)

  const coded = {
    gzip: ['gzip', gunzipSync], br: ['br', brotliDecompressSync], 'gzip;q=0': ['', (bytes) => bytes], identity: ['', (bytes) => bytes],
    'br;q=0, gzip;q=0.1': ['gzip', gunzipSync], 'nonsense': ['', (bytes) => bytes], '*;q=0': ['', (bytes) => bytes],
  }
  for (const [accepted, [coding, decode]] of Object.entries(coded)) {
    const { status, headers, body } = await ask(server, script, { 'Accept-Encoding': accepted })
    if (accepted === '*;q=0' && status === 406) continue
    assert.deepEqual([accepted, status, headers['content-encoding'] ?? ''], [accepted, 200, coding])
    assert.ok(decode(body).equals(whole.body), accepted)
    assert.match(headers.vary ?? '', /accept-encoding/i)
    assert.equal((await ask(server, script, { 'Accept-Encoding': accepted, 'If-None-Match': headers.etag })).status, 304)
  }

  for (const range of ['bytes=0-9', 'bytes=0-0,5-6', 'bytes=-1', 'bytes=99999999-', 'bytes=9-1']) {
    const { status, body } = await ask(server, script, { Range: range })
    assert.deepEqual([range, status, body.length], [range, 200, whole.body.length])
  }
  const head = await ask(server, script, {}, 'HEAD')
  assert.deepEqual([head.status, head.body.length, head.headers['content-length']], [200, 0, `${whole.body.length}`])
  for (const method of ['POST', 'PUT', 'DELETE', 'TRACE']) assert.ok((await ask(server, '/', { 'Content-Length': 0 }, method)).status >= 400, method)
})
