// Turns of a server of a test's own, for those who read them as Durable Streams.
import { ownServer } from './own_server.mjs'

export const model = 'openai/slow'

export function serverFor(vendor, variables) {
  return ownServer(vendor, { SAMBUNG_ADMIN_ADDRESS: 'off', ...variables })
}

export const authorityOf = (server) => ({ authorization: `Bearer ${server.token}` })
export const urlOf = (server, answer) => `${server.url}/streams/turns/${answer}`

function send(server, procedure, input) {
  return fetch(`${server.url}/rpc/${procedure}`, {
    method: 'POST',
    headers: { ...authorityOf(server), 'content-type': 'application/json' },
    body: JSON.stringify({ json: input }),
  })
}

// What a procedure answers.
export async function call(server, procedure, input) {
  const response = await send(server, procedure, input)
  const body = await response.json()
  if (!response.ok) throw new Error(`${procedure}: ${JSON.stringify(body)}`)
  return body.json
}

// Begins a turn and leaves it to itself; the id of its answer.
export async function begin(server) {
  const chat = await call(server, 'chat/create', { title: 'streamed', model })
  const response = await send(server, 'message/stream', { chatId: chat.id, text: 'go on' })
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let seen = ''
  for (;;) {
    const id = /"messageId":"([^"]*)"/.exec(seen)?.[1]
    if (id) {
      await reader.cancel()
      return id
    }
    const { done, value } = await reader.read()
    if (done) throw new Error(`the turn did not begin: ${seen}`)
    seen += value
  }
}
