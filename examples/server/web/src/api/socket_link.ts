// One socket, and the link over it. Another socket has another link; streams go on over it (dispatch.ts).
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'

import type { Client } from './client_shape'
import type { Link } from './dispatch'
import type { OpenedSocket, SocketTold } from './way_parts'

const pingTime = 5_000

export class SocketLink implements OpenedSocket {
  readonly link: Link
  readonly #socket: WebSocket

  constructor(told: SocketTold) {
    const url = new URL('/ws', location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    this.#socket = new WebSocket(url)
    this.#socket.addEventListener('open', () => told.opened())
    this.#socket.addEventListener('message', () => told.heard())
    this.#socket.addEventListener('close', (event) => told.closed(event.code))
    // Behind the others: the way knows of an end before the calls do.
    this.link = new RPCLink({ websocket: this.#socket })
  }

  close(): void {
    // One that is closed before it opens is a warning in every console.
    if (this.#socket.readyState !== WebSocket.CONNECTING) this.#socket.close()
    else this.#socket.addEventListener('open', () => this.#socket.close())
    // What waits is told at once: of a dead network the browser hears after a minute.
    this.#socket.dispatchEvent(new CloseEvent('close', { code: 1006 }))
  }

  async answers(): Promise<boolean> {
    const client: Client = createORPCClient(this.link)
    try {
      await client.healthCheck(undefined, { signal: AbortSignal.timeout(pingTime) })
      return true
    } catch {
      return false
    }
  }
}
