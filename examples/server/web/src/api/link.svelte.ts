// The way to the server, and the client that everything is called by: client.chat.getAll({}). Where it leads (way.ts), how
// a call takes it (dispatch.ts), and the browser around it.
import { createORPCClient } from '@orpc/client'

import type { Client } from './client_shape'
import { dispatcher, type Link } from './dispatch'
import { Offline } from './fault'
import { request } from './request'
import { SocketLink } from './socket_link'
import { Way } from './way'
import type { Carrier, ConnectionState } from './way_parts'

export type { ConnectionState } from './way_parts'

const waitForWay = 10_000
const probeTime = 5_000
const hiddenSocket = 300_000
const hiddenRequests = 20_000 // a browser has six connections for all tabs, and each stream takes one

class Connection {
  state = $state<ConnectionState>('connecting')
  carrier = $state<Carrier | null>(null)
  isBuffered = $state(false) // something between keeps back what streams bring
}

export const connection = new Connection()

let socket: SocketLink | null = null
let requests: Promise<Link> | null = null
let resting = false
let mayStay = (): Promise<boolean> => Promise.resolve(true)
const waiting = new Set<() => void>()

const answers = (): Promise<boolean> =>
  request('healthCheck', {}, probeTime).then(
    () => true,
    () => false,
  )

const way = new Way({
  open: (told) => (socket = new SocketLink(told)),
  answers,
  ping: () => socket?.answers() ?? Promise.resolve(false),
  mayStay: () => mayStay(),
  changed() {
    connection.state = way.state
    connection.carrier = way.carrier
    if (way.carrier !== 'requests') connection.isBuffered = false
    for (const tell of [...waiting]) tell()
  },
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    return () => clearTimeout(timer)
  },
  random: Math.random,
})

// Nobody has signed in: what is called goes by requests, as a socket is closed over which nobody says who they are.
function usable(): Carrier | null {
  if (!way.wanted && !resting) return 'requests'
  return way.state === 'online' ? way.carrier : null
}

function ready(signal?: AbortSignal): Promise<Carrier> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      waiting.delete(look)
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
    }
    const look = (): void => {
      const carrier = usable()
      if (!carrier) return
      end()
      resolve(carrier)
    }
    const aborted = (): void => {
      end()
      reject(signal?.reason)
    }
    const tooLong = (): void => {
      if (resting) return void (timer = setTimeout(tooLong, waitForWay)) // nobody looks
      end()
      reject(new Offline('no way to the server', true))
    }
    let timer = setTimeout(tooLong, waitForWay)
    if (signal?.aborted) return aborted()
    signal?.addEventListener('abort', aborted)
    waiting.add(look)
    look()
  })
}

function late(is: boolean): void {
  if (!is) connection.isBuffered = false
  else void answers().then((yes) => (connection.isBuffered = yes))
}

async function link(carrier: Carrier): Promise<Link> {
  if (carrier === 'socket' && socket) return socket.link
  requests ??= import('./fetch_link').then((loaded) => loaded.fetchLink(late))
  requests.catch(() => (requests = null))
  return requests
}

export const client: Client = createORPCClient(
  dispatcher({
    ready,
    link,
    lost(carrier) {
      if (carrier === 'requests') way.requestFailed() // of a socket the way hears by itself
    },
    refused: () => mayStay(),
  }),
)

// Somebody has signed in. `stays` asks whether that is still so.
export function connect(stays: () => Promise<boolean>): void {
  mayStay = stays
  way.start()
}

export function disconnect(): void {
  resting = false
  way.stop()
}

let hiding: ReturnType<typeof setTimeout> | undefined

function rest(): void {
  if (!way.wanted) return
  resting = true
  way.stop()
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(hiding)
  if (document.hidden) {
    hiding = setTimeout(rest, way.carrier === 'requests' ? hiddenRequests : hiddenSocket)
  } else if (resting) {
    resting = false
    way.start()
  } else way.hurry()
})
addEventListener('online', () => way.hurry())
addEventListener('offline', () => way.doubt())
