// Types of every procedure, made of a server's description of itself: src/api/client.d.ts.
//   npm run types -- http://127.0.0.1:8787     or the file of its /openapi.json
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = process.argv[2]
const target = process.argv[3] ?? join(dirname(dirname(fileURLToPath(import.meta.url))), 'src/api/client.d.ts')

async function read(from) {
  if (!/^https?:/.test(from)) return JSON.parse(readFileSync(from, 'utf8'))
  const answer = await fetch(new URL('/openapi.json', from))
  if (!answer.ok) throw new Error(`${answer.url} answers ${answer.status}`)
  return answer.json()
}

const nameIn = (reference) => reference.slice(reference.lastIndexOf('/') + 1)

function member([name, schema], required) {
  return `${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`
}

function object(schema) {
  if (!schema.properties) return 'Record<string, unknown>'
  const members = Object.entries(schema.properties).map((one) => member(one, schema.required ?? []))
  return members.length > 0 ? `{ ${members.join('; ')} }` : 'Record<string, never>'
}

// Times are dates: oRPC reads them so.
function typeOf(schema) {
  if (schema.$ref) return nameIn(schema.$ref)
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? 'Date' : 'string'
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
    case 'null':
      return schema.type
    case 'array':
      return `Array<${typeOf(schema.items)}>`
    case 'object':
      return object(schema)
    default:
      return 'unknown'
  }
}

const valueIn = (content) => content['application/json'].schema.properties.json

// What has no members says only that it is done.
function outputOf(schema, schemas) {
  const { type, properties } = schemas[nameIn(schema.$ref ?? '')] ?? {}
  return type === 'object' && Object.keys(properties ?? {}).length === 0 ? 'void' : typeOf(schema)
}

function signature(operation, schemas) {
  const input = valueIn(operation.requestBody.content)
  const needed = schemas[nameIn(input.$ref)]?.required?.length > 0
  const { content } = operation.responses['200']
  const events = content['text/event-stream']?.['x-event']
  const output = events ? `AsyncIterableIterator<${typeOf(events)}>` : outputOf(valueIn(content), schemas)
  return `(input${needed ? '' : '?'}: ${typeOf(input)}, options?: CallOptions) => Promise<${output}>`
}

// {chat: {create: operation}} of "chat.create".
function routerOf(paths) {
  const router = {}
  for (const { post } of Object.values(paths)) {
    const words = post.operationId.split('.')
    const last = words.pop()
    let at = router
    for (const word of words) at = at[word] ??= {}
    at[last] = post
  }
  return router
}

function typeOfRouter(router, schemas, indent = '  ') {
  const rows = Object.entries(router).map(([name, one]) => {
    if (!one.operationId) return `${indent}${name}: {\n${typeOfRouter(one, schemas, indent + '  ')}\n${indent}}`
    return `${indent}/** ${one.summary} Needs ${one['x-permission']}. */\n${indent}${name}: ${signature(one, schemas)}`
  })
  return rows.join('\n')
}

function declarations({ paths, components: { schemas } }) {
  const types = Object.entries(schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)}`)
  return `// Made by \`npm run types\` of a server's /openapi.json.
import type { CallOptions } from './client_shape'

${types.join('\n')}

export type Client = {
${typeOfRouter(routerOf(paths), schemas)}
}

declare global {
  interface SambungGenerated {
    client: Client
  }
}
`
}

try {
  if (!source) throw new Error('usage: npm run types -- URL or FILE of /openapi.json')
  writeFileSync(target, declarations(await read(source)))
} catch (fault) {
  console.error(`error: ${fault.message}`)
  process.exit(1)
}
