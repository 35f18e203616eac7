// The way to the server: one socket for everything, or requests and server-sent events where a proxy lets none through.
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { WebSocket } from 'partysocket'

import type { Client } from './client_shape'

export type ConnectionState = 'connecting' | 'online' | 'offline' | 'draining'

class Connection {
  state = $state<ConnectionState>('connecting')
}

export const connection = new Connection()

const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`
const websocket = new WebSocket(url, [], { startClosed: true, maxEnqueuedMessages: 0 })
websocket.addEventListener('open', () => (connection.state = 'online'))
websocket.addEventListener('close', () => (connection.state = 'offline'))

export const connect = (): void => websocket.reconnect()
export const disconnect = (): void => websocket.close()

export const client: Client = createORPCClient(new RPCLink({ websocket: websocket as unknown as globalThis.WebSocket }))
