// A server of a test's own, which it may kill and start again on the same database and port, and a way to it that breaks.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export async function ownServer(vendor, variables = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sambung-'))
  let port = 0
  let running
  let log = ''
  const served = {
    token: undefined,
    // The end of what it has logged, over every start.
    get log() { return log },
    get port() { return port },
    get url() { return `http://127.0.0.1:${port}` },

    async start() {
      const env = {
        PATH: process.env.PATH, SAMBUNG_HOST: '127.0.0.1', SAMBUNG_PORT: `${port}`, SAMBUNG_RATE_LIMITS: 'off',
        SAMBUNG_DATABASE_URL: `sqlite:${folder}/chat.db`, SAMBUNG_SIGN_UP: 'open',
        SAMBUNG_ALLOWED_ORIGINS: process.env.SAMBUNG_ORIGIN, OPENAI_API_KEY: 'of-tests',
        OPENAI_BASE_URL: `${vendor.url}/v1`, ...variables,
      }
      running = spawn(process.env.SAMBUNG_SERVER, { env, stdio: ['ignore', 'pipe', 'pipe'] })
      const exited = once(running, 'exit')
      running.stderr.on('data', (bytes) => { log = (log + bytes).slice(-100_000) })
      const listening = new Promise((resolve) => {
        createInterface(running.stdout).on('line', (line) => {
          served.token = /^API token, shown this once: (.*)$/.exec(line)?.[1] ?? served.token
          const url = /^Sambung listens on (.*)$/.exec(line)?.[1]
          if (url) resolve(Number(new URL(url).port))
        })
      })
      const began = await Promise.race([listening, exited])
      if (typeof began !== 'number') throw new Error(`the server ended with ${began}: ${log}`)
      port = began
    },
    kill: () => end('SIGKILL'),
    // Its exit code.
    stop: () => end('SIGTERM'),
    async remove() {
      if (running.exitCode === null && running.signalCode === null) await end('SIGKILL')
      await rm(folder, { recursive: true })
    },
  }

  async function end(signal) {
    const exited = once(running, 'exit')
    running.kill(signal)
    return (await exited)[0]
  }

  await served.start()
  return served
}

// The same server through a wire that cut() breaks: whatever goes over it then is reset, and what comes later goes on.
export async function breakableWay(server) {
  const open = new Set()
  const way = createServer((client) => {
    const upstream = connect(server.port, '127.0.0.1')
    for (const [socket, other] of [[client, upstream], [upstream, client]]) {
      open.add(socket)
      socket.setNoDelay()
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  way.listen(0, '127.0.0.1')
  await once(way, 'listening')
  const cut = () => open.forEach((socket) => socket.resetAndDestroy())
  return {
    url: `http://127.0.0.1:${way.address().port}`,
    token: server.token,
    cut,
    close() {
      cut()
      way.close()
    },
  }
}
