// The ways from @orpc/client to a server. What is made of a link is called the same, whichever it is.
import { createORPCClient } from '@orpc/client'
import { RPCLink as FetchLink } from '@orpc/client/fetch'
import { ClientRetryPlugin } from '@orpc/client/plugins'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { WebSocket as ReconnectingSocket } from 'partysocket'
import WebSocket from 'ws'

const socketUrl = (server) => `${server.url.replace('http', 'ws')}/ws`
const bearer = (server) => ({ authorization: `Bearer ${server.token}` })

// Goes on where a stream broke for as long as a server takes to come back.
const retrying = () => [new ClientRetryPlugin({ default: { retry: 300, retryDelay: (o) => o.lastEventRetry ?? 100 } })]

function plainSocket(server, headers) {
  const socket = new WebSocket(socketUrl(server), { headers })
  socket.addEventListener('error', () => {})  // the calls are told
  return socket
}

function reconnectingSocket(server, headers) {
  class WithHeaders extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers })
    }
  }
  return new ReconnectingSocket(socketUrl(server), [], {
    WebSocket: WithHeaders, minReconnectionDelay: 50, maxReconnectionDelay: 200, maxEnqueuedMessages: 0,
  })
}

function overFetch(server, { headers = bearer(server), calls = {}, retry = false } = {}) {
  const plugins = retry ? retrying() : []
  const link = new FetchLink({ url: `${server.url}/rpc`, headers: { ...headers, ...calls }, plugins })
  return { client: createORPCClient(link), close() {} }
}

function overSocket(socket, { calls = {}, retry = false }) {
  const link = new SocketLink({ websocket: socket, headers: calls, plugins: retry ? retrying() : [] })
  return { client: createORPCClient(link), socket, close: () => socket.close() }
}

// open(server, {headers, calls, retry}): `headers` say who calls, by default the server's token; `calls` are headers that
// every call has.
export const links = [
  { name: 'fetch', comesBack: true, takesCookies: true, open: overFetch },
  {
    name: 'websocket', isSocket: true, takesCookies: true,
    open: (server, { headers = bearer(server), ...how } = {}) => overSocket(plainSocket(server, headers), how),
  },
  {
    name: 'websocket that says with each call who calls', isSocket: true,
    open: (server, { headers = bearer(server), calls, ...how } = {}) =>
      overSocket(plainSocket(server), { calls: { ...headers, ...calls }, ...how }),
  },
  {
    name: 'partysocket', isSocket: true, comesBack: true, takesCookies: true,
    open: (server, { headers = bearer(server), ...how } = {}) => overSocket(reconnectingSocket(server, headers), how),
  },
]

// The code that a socket is closed with.
export function closeCode(socket) {
  return new Promise((resolve) => socket.addEventListener('close', (event) => resolve(event.code), { once: true }))
}

// What becomes of a handshake with these headers: the status that refuses it, or 'open'.
export function handshake(server, headers) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(socketUrl(server), { headers })
    socket.on('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode)
    })
    socket.on('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.on('error', reject)
  })
}
