// A vendor in OpenAI's dialect whose answers say what a test tells them to, when it tells them.
import { once } from 'node:events'
import { createServer } from 'node:http'

export async function slowVendor() {
  const begun = []
  const awaited = []
  const server = createServer(async (request, response) => {
    request.resume()
    await once(request, 'end')
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end('{"object":"list","data":[{"id":"slow","object":"model"}]}')
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    const made = answerOn(response)
    if (awaited.length > 0) awaited.shift()(made)
    else begun.push(made)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    // The answer that was asked for next, and that no test has yet.
    answer: async () => begun.shift() ?? new Promise((resolve) => awaited.push(resolve)),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function answerOn(response) {
  const chunk = (delta, reason = null) => response.write(`data: ${JSON.stringify({
    id: 'slow', object: 'chat.completion.chunk', created: 1, model: 'slow',
    choices: [{ index: 0, delta, finish_reason: reason }],
  })}\n\n`)
  return {
    say(...words) {
      for (const word of words) chunk({ content: word })
      return this
    },
    finish() {
      chunk({}, 'stop')
      response.end('data: [DONE]\n\n')
    },
  }
}
