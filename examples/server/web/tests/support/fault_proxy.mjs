// A proxy between the page and its server that is as bad as those out there: it refuses sockets, cuts, buffers.
import { once } from 'node:events'
import { createServer, request as ask } from 'node:http'
import { connect } from 'node:net'

// upgrade: 'pass' or 'refuse'; buffers: an event stream is passed on when it is over; cutEvery: milliseconds.
export async function startProxy(url, { upgrade = 'pass', buffers = false, cutEvery } = {}) {
  const sockets = new Set()
  const seen = { upgrades: 0, requests: [] }
  const { hostname: host, port } = new URL(url)

  const proxy = createServer((incoming, outgoing) => {
    seen.requests.push(`${incoming.method} ${incoming.url}`)
    const upstream = ask({ host, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      const holds = buffers && /event-stream/.test(answer.headers['content-type'] ?? '')
      answer.on('error', () => outgoing.destroy())
      if (holds) return hold(answer, outgoing)
      outgoing.writeHead(answer.statusCode, answer.headers)
      answer.pipe(outgoing)
    })
    upstream.on('error', () => outgoing.destroy())
    outgoing.on('close', () => upstream.destroy())
    incoming.pipe(upstream)
  })

  proxy.on('upgrade', (incoming, socket, head) => {
    seen.upgrades += 1
    if (upgrade === 'refuse') return socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    const upstream = connect(Number(port), host)
    track(upstream)
    const lines = []
    for (let at = 0; at < incoming.rawHeaders.length; at += 2) lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`)
    upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    upstream.write(head)
    socket.pipe(upstream).pipe(socket)
    for (const [one, other] of [[socket, upstream], [upstream, socket]]) one.on('close', () => other.destroy())
  })

  const track = (socket) => {
    sockets.add(socket)
    socket.setNoDelay()
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }
  proxy.on('connection', track)
  proxy.on('clientError', () => {})
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')

  const cut = () => sockets.forEach((socket) => socket.resetAndDestroy())
  const timer = cutEvery && setInterval(cut, cutEvery)
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    seen,
    cut,
    close() {
      clearInterval(timer)
      cut()
      proxy.close()
    },
  }
}

async function hold(answer, outgoing) {
  const chunks = []
  try {
    for await (const chunk of answer) chunks.push(chunk)
  } catch {
    return outgoing.destroy()
  }
  outgoing.writeHead(answer.statusCode, answer.headers)
  outgoing.end(Buffer.concat(chunks))
}
