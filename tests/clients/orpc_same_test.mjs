// Every procedure of the reference answers alike over HTTP and over WebSocket, whether it succeeds or refuses.
// SAMBUNG_SERVER is the server's program, SAMBUNG_REFERENCE the page that lists the procedures.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'

import { safe } from '@orpc/client'

import { links } from './links.mjs'
import { ownServer } from './own_server.mjs'
import { slowVendor } from './slow_vendor.mjs'

// They set or take away a cookie, which only HTTP can.
const ofSessions = ['auth.signUp', 'auth.signIn', 'auth.signOut', 'auth.refresh']

const vendor = await slowVendor()
const server = await ownServer(vendor)
const opened = links.map((link) => ({ name: link.name, ...link.open(server) }))
after(async () => {
  for (const one of opened) one.close()
  await server.remove()
  vendor.close()
})

// The names of a table's first column under "## Procedures".
async function procedures() {
  const page = await readFile(process.env.SAMBUNG_REFERENCE, 'utf8')
  const section = page.split('\n## ').find((one) => one.startsWith('Procedures\n'))
  const firsts = section.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|')[1])
  return firsts.flatMap((cell) => [...cell.matchAll(/`([\w.]+)`/g)].map((found) => found[1]))
}

function shapeOf(value) {
  if (value instanceof Date) return 'date'
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).sort().map(([name, member]) => [name, shapeOf(member)]))
}

async function outcomeOf(client, name, input) {
  const procedure = name.split('.').reduce((found, part) => found[part], client)
  const { error, data } = await safe(procedure(input))
  if (error) {
    const { requestId, ...told } = error.data ?? {}
    return { code: error.code, status: error.status, defined: error.defined, message: error.message, told }
  }
  if (typeof data?.[Symbol.asyncIterator] !== 'function') return { shape: shapeOf(data) }
  const { value } = await data.next()
  await data.return()
  return { first: shapeOf(value) }
}

test('every procedure answers alike over every link', { timeout: 120_000 }, async () => {
  const names = (await procedures()).filter((name) => !ofSessions.includes(name))
  assert.ok(names.length > 80 && names.includes('chat.create') && names.includes('healthCheck'))

  for (const name of names) {
    for (const input of [{}, { id: randomUUID() }, { nothing: 1 }]) {
      const outcomes = []
      for (const { client } of opened) outcomes.push(await outcomeOf(client, name, input))
      for (const [i, one] of outcomes.entries())
        assert.deepEqual(one, outcomes[0], `${name} over ${opened[i].name} with ${Object.keys(input)}`)
    }
  }
})

test('nobody is refused alike over every link', { timeout: 60_000 }, async () => {
  const strangers = links.map((link) => link.open(server, { headers: {} }))
  for (const name of ['chat.getAll', 'message.stream', 'user.getProfile', 'nothing.atAll']) {
    const outcomes = []
    for (const { client } of strangers) outcomes.push(await outcomeOf(client, name, {}))
    for (const one of outcomes) assert.deepEqual(one, outcomes[0], name)
  }
  for (const one of strangers) one.close()
})
