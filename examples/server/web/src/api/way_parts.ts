// What the way to the server (way.ts) is made of: its states, its ports, and how long it waits for what.
export const times = {
  handshake: 5_000,
  retry: 500, // then longer and longer
  retryMost: 2_000, // while a restart may be going on
  retryLong: 15_000,
  retriesBeforeLong: 20,
  cutsWithin: 60_000, // two of them, and a proxy does it
  trial: 60_000, // after which a socket is tried again; doubled each time it fails
  trialMost: 1_800_000,
  trialStays: 10_000, // so long it must live to be believed
  quiet: 30_000, // then it is asked whether the socket lives
}

export interface Clock {
  now(): number
  after(milliseconds: number, run: () => void): () => void // what it gives takes it back
  random(): number // from 0 to 1
}

export type ConnectionState = 'connecting' | 'online' | 'offline' | 'draining'
export type Carrier = 'socket' | 'requests'

export type SocketTold = { opened(): void; closed(code: number): void; heard(): void }
export type OpenedSocket = { close(): void }

export interface WayPorts extends Clock {
  open(told: SocketTold): OpenedSocket
  answers(): Promise<boolean> // whether the server answers a request; ends by itself
  ping(): Promise<boolean> // whether it answers over the socket; ends by itself
  mayStay(): Promise<boolean> // asked after 1008: whether somebody is still signed in
  changed(): void
}

export class Backoff {
  attempts = 0

  constructor(private readonly clock: Clock) {}

  reset(): void {
    this.attempts = 0
  }

  next(): number {
    const most = this.attempts < times.retriesBeforeLong ? times.retryMost : times.retryLong
    const pause = Math.min(times.retry * 1.5 ** this.attempts++, most)
    return pause * (0.75 + this.clock.random() / 2)
  }
}

// Timers by name: one that is set again replaces the one before.
export class Timers<Name extends string> {
  #running = new Map<Name, () => void>()

  constructor(private readonly clock: Clock) {}

  set(name: Name, milliseconds: number, run: () => void): void {
    this.cancel(name)
    const cancel = this.clock.after(milliseconds, () => {
      this.#running.delete(name)
      run()
    })
    this.#running.set(name, cancel)
  }

  cancel(...names: Name[]): void {
    for (const name of names) {
      this.#running.get(name)?.()
      this.#running.delete(name)
    }
  }
}

// Asks whether the server answers, until it does; tells each time.
export class Asking {
  #backoff: Backoff
  #timers: Timers<'ask'>
  #is = false

  constructor(
    private readonly ports: WayPorts,
    private readonly tell: (answers: boolean) => void,
  ) {
    this.#backoff = new Backoff(ports)
    this.#timers = new Timers(ports)
  }

  begin(): void {
    if (this.#is) return
    this.#is = true
    this.#backoff.reset()
    void this.#ask()
  }

  hurry(): void {
    if (this.#is) this.#timers.set('ask', 0, () => void this.#ask())
  }

  end(): void {
    this.#is = false
    this.#timers.cancel('ask')
  }

  async #ask(): Promise<void> {
    const answers = await this.ports.answers()
    if (!this.#is) return
    if (answers) this.end()
    else this.#timers.set('ask', this.#backoff.next(), () => void this.#ask())
    this.tell(answers)
  }
}
