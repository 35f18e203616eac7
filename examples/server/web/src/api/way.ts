// Which way to the server there is, and when another is tried: one socket, or requests where a proxy lets no socket through.
// It knows neither the browser nor Svelte: sockets, time and chance are its ports, so that a test turns them by hand.

import { Asking, Backoff, Timers, times } from './way_parts'
import type { Carrier, ConnectionState, OpenedSocket, WayPorts } from './way_parts'

const code = { authority: 1008, restart: 1012, tooMany: 1013 }

export class Way {
  state: ConnectionState = 'connecting'
  carrier: Carrier | null = null
  wanted = false

  #socket: OpenedSocket | null = null
  #isOpen = false
  #heardAt = 0
  #proven = false // the server answers requests, so a socket that does not open is refused by what lies between
  #cuts: number[] = []
  #trialAfter = times.trial
  #backoff: Backoff
  #timers: Timers<'handshake' | 'retry' | 'trial' | 'quiet'>
  #asking: Asking

  constructor(private readonly ports: WayPorts) {
    this.#backoff = new Backoff(ports)
    this.#timers = new Timers(ports)
    this.#asking = new Asking(ports, (answers) => this.#set(answers ? 'online' : 'offline', 'requests'))
  }

  start(): void {
    if (this.wanted) return
    this.wanted = true
    this.#backoff.reset()
    this.#set('connecting', null)
    this.#dial()
  }

  // Until start(): nothing is open, nothing is tried.
  stop(): void {
    this.wanted = false
    this.#timers.cancel('handshake', 'retry', 'trial', 'quiet')
    this.#asking.end()
    this.#drop()
    this.#set('connecting', null)
  }

  // The network came back, or somebody looks again.
  hurry(): void {
    if (!this.wanted) return
    this.#backoff.reset()
    if (this.carrier === 'socket') return void this.#ping()
    if (this.state === 'online') return
    if (this.carrier === 'requests') this.#asking.hurry()
    else if (!this.#socket) this.#dial()
  }

  // The browser says that the network went; it may still be there for a server on this machine.
  doubt(): void {
    if (this.carrier === 'socket') void this.#ping()
    else this.requestFailed()
  }

  // A request found no server, or its answer broke off.
  requestFailed(): void {
    if (this.carrier === 'requests') this.#asking.begin()
  }

  #set(state: ConnectionState, carrier: Carrier | null): void {
    if (this.state === state && this.carrier === carrier) return
    this.state = state
    this.carrier = carrier
    this.ports.changed()
  }

  #dial(): void {
    if (this.#socket || !this.wanted) return
    const socket: OpenedSocket = this.ports.open({
      opened: () => this.#socket === socket && this.#opened(),
      closed: (why) => this.#socket === socket && this.#closed(why),
      heard: () => this.#socket === socket && (this.#heardAt = this.ports.now()),
    })
    this.#socket = socket
    this.#isOpen = false
    this.#timers.set('handshake', times.handshake, () => this.#closed(0))
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#isOpen = false
    this.#timers.cancel('handshake', 'quiet')
    socket?.close()
  }

  #opened(): void {
    this.#timers.cancel('handshake')
    this.#isOpen = true
    this.#heardAt = this.ports.now()
    this.#proven = false
    if (this.carrier === 'requests') return this.#timers.set('trial', times.trialStays, () => this.#adopt())
    this.#adopt()
  }

  #adopt(): void {
    this.#timers.cancel('trial')
    this.#asking.end()
    this.#backoff.reset()
    this.#set('online', 'socket')
    this.#watch()
  }

  // A network that goes away without a word leaves a socket that looks open.
  #watch(): void {
    this.#timers.set('quiet', times.quiet, () => {
      if (this.ports.now() - this.#heardAt < times.quiet) return this.#watch()
      void this.#ping().then(() => this.carrier === 'socket' && this.#watch())
    })
  }

  async #ping(): Promise<void> {
    const asked = this.#socket
    const lives = await this.ports.ping()
    if (lives || !asked || asked !== this.#socket) return
    this.#drop()
    this.#set('offline', null)
    this.#dial()
  }

  #closed(why: number): void {
    const wasOpen = this.#isOpen
    this.#drop()
    if (!this.wanted) return
    if (this.carrier === 'requests') return this.#tryLater()
    if (!wasOpen) return this.#refused()
    if (why === code.authority) return void this.#ended()
    if (why === code.tooMany) return this.#useRequests()
    if (why !== code.restart) return this.#wasCut()
    this.#set('draining', null)
    this.#retry()
  }

  async #ended(): Promise<void> {
    this.#set('connecting', null)
    const stays = await this.ports.mayStay()
    if (stays) this.#retry()
  }

  // Over a proxy that cuts sockets, requests do better.
  #wasCut(): void {
    const now = this.ports.now()
    this.#cuts = [...this.#cuts.filter((at) => now - at < times.cutsWithin), now]
    this.#set('offline', null)
    if (this.#cuts.length < 2) this.#dial()
    else void this.#ask(() => this.#useRequests())
  }

  #refused(): void {
    if (this.#proven) return this.#useRequests()
    void this.#ask(() => {
      this.#proven = true
      this.#dial()
    })
  }

  async #ask(ifItAnswers: () => void): Promise<void> {
    const answers = await this.ports.answers()
    if (!this.wanted || this.#socket || this.carrier) return
    if (answers) return ifItAnswers()
    if (this.state !== 'draining' || this.#backoff.attempts > 4) this.#set('offline', null)
    this.#retry()
  }

  #retry(): void {
    this.#timers.set('retry', this.#backoff.next(), () => this.#dial())
  }

  #useRequests(): void {
    this.#proven = false
    this.#cuts = []
    this.#timers.cancel('retry')
    this.#set('online', 'requests')
    this.#tryLater()
  }

  #tryLater(): void {
    this.#timers.set('trial', this.#trialAfter, () => this.#dial())
    this.#trialAfter = Math.min(this.#trialAfter * 2, times.trialMost)
  }
}
