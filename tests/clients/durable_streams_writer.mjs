// The writing side that the conformance suite of Durable Streams needs: it makes a turn of each stream that the suite
// creates, whose model says what is appended, and lets our server answer every read. Nothing of an answer is its own but
// the stream's content: the events of a turn are turned back into the bytes that were appended.
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

import { authorityOf, begin, serverFor, urlOf } from './durable_streams_turns.mjs'
import { slowVendor } from './slow_vendor.mjs'

// Bytes of a piece: as base64 it is one event of the turn.
const pieceBytes = 9_000
// A user has eight turns at once.
const mostOpen = 7

const isJson = (type) => /^application\/json\b/i.test(type)
const isText = (type) => isJson(type) || /^text\//i.test(type)

async function bodyOf(request) {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces)
}

// What is appended, in pieces that a delta of the model can say each.
function piecesOf(body, type) {
  if (isJson(type)) {
    const value = JSON.parse(body.toString())
    return (Array.isArray(value) ? value : [value]).map((one) => Buffer.from(JSON.stringify(one)))
  }
  const pieces = []
  for (let at = 0; at < body.length; at += pieceBytes) pieces.push(body.subarray(at, at + pieceBytes))
  return pieces
}

// The pieces that events of a turn tell.
function piecesIn(events) {
  const said = events.filter((event) => event.type === 'text').map((event) => event.text)
  return said.join('').split('\n').slice(0, -1).map((piece) => Buffer.from(piece, 'base64'))
}

function contentOf(events, type) {
  const pieces = piecesIn(events)
  return isJson(type) ? Buffer.from(`[${pieces.join(',')}]`) : Buffer.concat(pieces)
}

// A turn's server-sent events as those of the stream: the same control events, the data as it was appended.
function translated(block, type) {
  if (!block.startsWith('event: data\n')) return `${block}\n\n`
  const events = JSON.parse(block.slice(block.indexOf('\ndata:') + 6))
  if (piecesIn(events).length === 0) return ''
  const content = contentOf(events, type)
  const lines = isText(type) ? content.toString().split(/\r\n|\r|\n/) : [content.toString('base64')]
  return `event: data\n${lines.map((line) => `data:${line}\n`).join('')}\n`
}

class Writer {
  streams = new Map()
  created = Promise.resolve() // one after the other, so that each gets the answer that it asked for

  constructor(server, vendor) {
    this.server = server
    this.vendor = vendor
  }

  head(stream) {
    return fetch(stream.url, { method: 'HEAD', headers: authorityOf(this.server) })
  }

  // Once our server tells of what was said.
  async settled(stream) {
    for (;;) {
      const head = await this.head(stream)
      const closed = head.headers.get('stream-closed') === 'true'
      if (closed || (!stream.closed && Number(head.headers.get('stream-next-offset')) > stream.said)) return head
      await pause(1)
    }
  }

  async end(stream) {
    if (stream.closed) return
    stream.closed = true
    stream.model.finish()
    await this.settled(stream)
  }

  create(path, type) {
    const made = this.created.then(() => this.createNext(path, type))
    this.created = made.catch(() => {})
    return made
  }

  async createNext(path, type) {
    const open = [...this.streams.values()].filter((one) => !one.closed)
    if (open.length >= mostOpen) await this.end(open[0])
    const url = urlOf(this.server, await begin(this.server))
    const stream = { type, url, said: 0, closed: false, model: await this.vendor.answer() }
    this.streams.set(path, stream)
    return stream
  }

  async append(stream, body) {
    for (const piece of piecesOf(body, stream.type)) {
      stream.model.say(`${piece.toString('base64')}\n`)
      stream.said += 1
    }
    return this.settled(stream)
  }

  async write(request, response, path) {
    const body = await bodyOf(request)
    const closes = request.headers['stream-closed'] === 'true'
    let stream = this.streams.get(path)
    if (request.method === 'DELETE') {
      if (stream) await this.end(stream)
      return response.writeHead(this.streams.delete(path) ? 204 : 404).end()
    }
    if (request.method === 'POST' && !stream) return response.writeHead(404).end()
    const created = !stream
    stream ??= await this.create(path, request.headers['content-type'] ?? 'application/octet-stream')
    let head = await (body.length > 0 ? this.append(stream, body) : this.head(stream))
    if (closes) {
      await this.end(stream)
      head = await this.head(stream)
    }
    const headers = { 'Stream-Next-Offset': head.headers.get('stream-next-offset'), 'content-type': stream.type }
    if (stream.closed) headers['Stream-Closed'] = 'true'
    if (created) headers.location = `http://${request.headers.host}${path}`
    response.writeHead(request.method === 'POST' ? 204 : created ? 201 : 200, headers).end()
  }

  async read(request, response, path, query) {
    const stream = this.streams.get(path)
    const target = stream?.url ?? urlOf(this.server, '0192e4a0-7b2c-7def-8123-456789abcdef')
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const { host, connection, ...headers } = request.headers
    const options = { method: request.method, headers: { ...headers, ...authorityOf(this.server) }, signal: gone.signal }
    const answer = await fetch(target + query, options)
    const told = Object.fromEntries(answer.headers)
    delete told['content-length']
    delete told['transfer-encoding']
    delete told.connection
    const events = told['content-type'] === 'text/event-stream'
    if (stream && answer.ok && !events && told['content-type']) told['content-type'] = stream.type
    if (events && !isText(stream.type)) told['stream-sse-data-encoding'] = 'base64'
    response.writeHead(answer.status, told)
    if (events) return this.pass(answer, response, stream.type)
    const body = Buffer.from(await answer.arrayBuffer())
    if (!stream || answer.status !== 200 || request.method !== 'GET') return response.end(body)
    response.end(contentOf(JSON.parse(body.toString()), stream.type))
  }

  async pass(answer, response, type) {
    response.flushHeaders()
    let seen = ''
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
      seen += text
      for (let end = seen.indexOf('\n\n'); end >= 0; end = seen.indexOf('\n\n')) {
        response.write(translated(seen.slice(0, end), type))
        seen = seen.slice(end + 2)
      }
    }
    response.end()
  }
}

// A server of Durable Streams for the suite: its address.
export async function streamServer() {
  const vendor = await slowVendor()
  const server = await serverFor(vendor, {
    SAMBUNG_LONG_POLL_TIME: '2',
    SAMBUNG_ALLOWED_ORIGINS: 'https://example.com',
  })
  const writer = new Writer(server, vendor)
  const front = createServer(async (request, response) => {
    const [path, query] = request.url.split(/(?=\?)/)
    const reads = ['GET', 'HEAD', 'OPTIONS'].includes(request.method)
    try {
      await (reads ? writer.read(request, response, path, query ?? '') : writer.write(request, response, path))
    } catch (error) {
      if (!response.headersSent) response.writeHead(500)
      response.end(error.name === 'AbortError' ? undefined : String(error.stack))
    }
  })
  front.keepAliveTimeout = 600_000 // longer than a client keeps a connection that it may use again
  await new Promise((done) => front.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${front.address().port}`,
    async stop() {
      front.closeAllConnections()
      front.close()
      vendor.close()
      await server.remove()
    },
  }
}
