// The way to the server: a socket, requests, and what is done when either goes; with a clock and sockets that a test moves.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { loadTogether } from './load.mjs'

const { Way, times } = await loadTogether('src/api/way.ts', 'src/api/way_parts.ts')

// A moment for promises that are settled to be heard of.
const settled = () => new Promise((resolve) => setImmediate(resolve))

class World {
  time = 0
  sockets = []
  states = []
  serverAnswers = true
  socketLives = true
  signedIn = true
  #timers = []

  constructor() {
    this.way = new Way({
      open: (told) => {
        const socket = { told, open: true, close() { this.open = false } }
        this.sockets.push(socket)
        return socket
      },
      answers: async () => this.serverAnswers,
      ping: async () => this.socketLives,
      mayStay: async () => this.signedIn,
      changed: () => this.states.push(`${this.way.state} ${this.way.carrier}`),
      now: () => this.time,
      after: (wait, run) => {
        const timer = { at: this.time + wait, run }
        this.#timers.push(timer)
        return () => { this.#timers = this.#timers.filter((one) => one !== timer) }
      },
      random: () => 0.5,
    })
  }

  get socket() { return this.sockets.at(-1) }
  get is() { return `${this.way.state} ${this.way.carrier}` }

  async passes(milliseconds) {
    const end = this.time + milliseconds
    for (;;) {
      await settled()
      const next = this.#timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter((one) => one !== next)
      this.time = next.at
      next.run()
    }
    this.time = end
    await settled()
  }

  async opens() {
    this.socket.told.opened()
    await settled()
  }

  async closes(code = 1006) {
    this.socket.told.closed(code)
    await settled()
  }

  static async online() {
    const world = new World()
    world.way.start()
    await world.opens()
    return world
  }
}

describe('a socket', () => {
  test('opens, and carries everything', async () => {
    const world = await World.online()
    assert.equal(world.is, 'online socket')
    assert.deepEqual(world.states, ['online socket'])
  })

  test('that is cut is opened again at once', async () => {
    const world = await World.online()
    await world.closes()
    assert.equal(world.is, 'offline null')
    assert.equal(world.sockets.length, 2)
    await world.opens()
    assert.equal(world.is, 'online socket')
  })

  test('that is cut twice in a short time is left for requests', async () => {
    const world = await World.online()
    for (let i = 0; i < 2; ++i) {
      await world.passes(5_000)
      await world.closes()
      if (i === 0) await world.opens()
    }
    assert.equal(world.is, 'online requests')
  })

  test('that is cut now and then is kept', async () => {
    const world = await World.online()
    for (let i = 0; i < 5; ++i) {
      await world.passes(times.cutsWithin + 1)
      await world.closes()
      await world.opens()
      assert.equal(world.is, 'online socket')
    }
  })

  test('to a server that was killed is tried until it is back, and soon', async () => {
    const world = await World.online()
    world.serverAnswers = false
    await world.closes()
    for (let i = 0; i < 8; ++i) {
      await world.closes()
      assert.equal(world.way.state, 'offline')
      const before = world.sockets.length
      await world.passes(times.retryMost * 1.25)
      assert.equal(world.sockets.length, before + 1, 'within so long it is tried again')
    }
    world.serverAnswers = true
    await world.opens()
    assert.equal(world.is, 'online socket')
  })

  test('to a server that stays away is tried more seldom', async () => {
    const world = await World.online()
    world.serverAnswers = false
    await world.closes()
    for (let i = 0; i < 30; ++i) {
      await world.closes()
      await world.passes(times.retryLong * 1.25)
    }
    const before = world.sockets.length
    await world.closes()
    await world.passes(times.retryMost * 1.25)
    assert.equal(world.sockets.length, before)
  })

  test('that does not open in time counts as refused', async () => {
    const world = new World()
    world.way.start()
    await world.passes(times.handshake)
    assert.equal(world.sockets.length, 2, 'the server answers, so it is tried once more')
    assert.equal(world.sockets[0].open, false)
    await world.passes(times.handshake)
    assert.equal(world.is, 'online requests')
  })

  test('that went away without a word is noticed', async () => {
    const world = await World.online()
    world.socketLives = false
    await world.passes(times.quiet + 1)
    assert.equal(world.is, 'offline null')
    assert.equal(world.sockets.length, 2)
  })

  test('over which something is heard is not asked', async () => {
    const world = await World.online()
    world.socketLives = false
    for (let i = 0; i < 10; ++i) {
      await world.passes(times.quiet - 1)
      world.socket.told.heard()
    }
    assert.equal(world.is, 'online socket')
  })

  test('of before says nothing any more', async () => {
    const world = await World.online()
    await world.closes()
    await world.opens()
    world.sockets[0].told.closed(1006)
    assert.equal(world.is, 'online socket')
  })
})

describe('a socket that the server closes', () => {
  test('because it restarts is opened again after a moment', async () => {
    const world = await World.online()
    await world.closes(1012)
    assert.equal(world.is, 'draining null')
    assert.equal(world.sockets.length, 1)
    await world.passes(1_000)
    await world.opens()
    assert.equal(world.is, 'online socket')
  })

  test('because it restarts for long is offline in the end', async () => {
    const world = await World.online()
    world.serverAnswers = false
    await world.closes(1012)
    for (let i = 0; i < 8; ++i) {
      await world.passes(3_000)
      await world.closes()
    }
    assert.equal(world.way.state, 'offline')
  })

  test('for want of authority is opened again while somebody is signed in', async () => {
    const world = await World.online()
    await world.closes(1008)
    await world.passes(2_000)
    assert.equal(world.sockets.length, 2)
  })

  test('for want of authority stays closed when nobody is', async () => {
    const world = await World.online()
    world.signedIn = false
    await world.closes(1008)
    await world.passes(60_000)
    assert.equal(world.sockets.length, 1)
  })

  test('as there are too many is left for requests', async () => {
    const world = await World.online()
    await world.closes(1013)
    assert.equal(world.is, 'online requests')
  })
})

describe('requests', () => {
  const byRequests = async () => {
    const world = new World()
    world.way.start()
    await world.closes()
    await world.closes()
    assert.equal(world.is, 'online requests')
    return world
  }

  test('are the way where two sockets are refused by what lies between', byRequests)

  test('are left for a socket that lives', async () => {
    const world = await byRequests()
    await world.passes(times.trial + 1)
    assert.equal(world.sockets.length, 3)
    await world.opens()
    assert.equal(world.is, 'online requests', 'it must live for a while first')
    await world.passes(times.trialStays)
    assert.equal(world.is, 'online socket')
  })

  test('stay the way when a socket is cut again; it is tried more and more seldom', async () => {
    const world = await byRequests()
    for (const wait of [times.trial, times.trial * 2, times.trial * 4]) {
      const before = world.sockets.length
      await world.passes(wait - 1)
      assert.equal(world.sockets.length, before)
      await world.passes(1)
      assert.equal(world.sockets.length, before + 1)
      await world.opens()
      await world.closes()
      assert.equal(world.is, 'online requests')
    }
  })

  test('one that broke off does not make it offline while the server answers', async () => {
    const world = await byRequests()
    world.way.requestFailed()
    await world.passes(10)
    assert.equal(world.is, 'online requests')
  })

  test('that find no server are offline until one answers', async () => {
    const world = await byRequests()
    world.serverAnswers = false
    world.way.requestFailed()
    await world.passes(10_000)
    assert.equal(world.is, 'offline requests')
    world.serverAnswers = true
    await world.passes(times.retryMost * 1.25)
    assert.equal(world.is, 'online requests')
  })
})

describe('a browser', () => {
  test('that says the network went is not believed where the server answers', async () => {
    const world = await World.online()
    world.way.doubt()
    await world.passes(10)
    assert.equal(world.is, 'online socket')
  })

  test('that says the network is back is believed at once', async () => {
    const world = await World.online()
    world.serverAnswers = false
    await world.closes()
    await world.closes()
    const before = world.sockets.length
    world.way.hurry()
    assert.equal(world.sockets.length, before + 1)
  })

  test('whose tab is left stops, and begins anew', async () => {
    const world = await World.online()
    world.way.stop()
    assert.equal(world.socket.open, false)
    await world.passes(600_000)
    assert.equal(world.sockets.length, 1)
    world.way.start()
    await world.opens()
    assert.equal(world.is, 'online socket')
  })
})
