// A vendor in OpenAI's dialect. The name of the model says how it answers: `slow` as a test tells it, word by word; the others
// by themselves.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as later } from 'node:timers/promises'

const words = (count, from = 1) => Array.from({ length: count }, (_, i) => `kata${from + i}`)

// Paragraphs of plain words, so that what is drawn reads as what was sent.
export function longText(count) {
  const all = words(count)
  const paragraphs = []
  for (let at = 0; at < all.length; at += 40) paragraphs.push(all.slice(at, at + 40).join(' '))
  return paragraphs.join('\n\n')
}

const refusals = {
  busy: [429, { message: 'too many', type: 'rate_limit_error', code: 'rate_limit_exceeded' }, { 'retry-after': '7200' }],
  broken: [500, { message: 'no', type: 'server_error', code: null }],
  spent: [429, { message: 'pay', type: 'insufficient_quota', code: 'insufficient_quota' }],
  locked: [401, { message: 'who?', type: 'invalid_request_error', code: 'invalid_api_key' }],
  narrow: [413, { message: 'too large', type: 'invalid_request_error', code: null }],
}

export async function startVendor() {
  const requests = []
  const begun = []
  const awaited = []
  const scripts = []
  const vendor = {
    requests,
    pace: { words: 600, every: 15 },  // of `steady`
    flood: { bytes: 1_000_000, events: 2_000, every: 5 },
    said: 0,  // characters, of all answers
    // How often a model was asked.
    asked: (model) => requests.filter((request) => request.model === model).length,
    // What `scripted` says next.
    script: (...texts) => scripts.push(...texts),
    // The next answer of `slow` that no test has yet.
    answer: async () => begun.shift() ?? new Promise((resolve) => awaited.push(resolve)),
  }
  const answers = {
    slow: (answer) => (awaited.length > 0 ? awaited.shift()(answer) : begun.push(answer)),
    silent() {},
    echo: (answer, request) => answer.say(`You said: ${lastText(request)}`).finish(),
    scripted: (answer) => answer.say(...pieces(scripts.shift() ?? 'no script')).finish(),
    steady: (answer) => paced(answer, longText(vendor.pace.words).split(/(?<=\s)(?=\S)/), vendor.pace.every),
    flood: (answer) => paced(answer, flood(vendor.flood), vendor.flood.every),
    refuses: (answer) => answer.say('I cannot ').finish('content_filter'),
    cut: (answer) => answer.say('half of ').cut(),
    thinking: (answer) => answer.think('step one, ', 'step two').say('so it is').finish(),
    'gpt-3.5-turbo': (answer) => answer.say('words only').finish(),
  }

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    if (request.method === 'GET') return json(response, 200, { object: 'list', data: listed(answers) })
    const asked = JSON.parse(body)
    requests.push({ ...asked, authorization: request.headers.authorization })
    const refusal = refusals[asked.model]
    if (refusal) return json(response, refusal[0], { error: refusal[1] }, refusal[2])
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    answers[asked.model]?.(answerOn(response, asked, (text) => { vendor.said += text.length }), asked)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  vendor.url = `http://127.0.0.1:${server.address().port}`
  vendor.close = () => {
    server.closeAllConnections()
    server.close()
  }
  return vendor
}

const listed = (answers) => [...Object.keys(answers), ...Object.keys(refusals)].map((id) => ({ id, object: 'model' }))

function answerOn(response, request, told) {
  const chunk = (delta, reason = null, more = {}) => response.write(`data: ${JSON.stringify({
    id: 'answer', object: 'chat.completion.chunk', created: 1, model: request.model,
    choices: [{ index: 0, delta, finish_reason: reason }], ...more,
  })}\n\n`)
  const answer = {
    request,
    get isLeft() { return response.destroyed },
    say(...texts) {
      for (const text of texts) {
        told(text)
        chunk({ content: text })
      }
      return answer
    },
    call(id, name, input) {
      chunk({ tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: JSON.stringify(input) } }] })
      return answer
    },
    think(...texts) {
      for (const text of texts) chunk({ reasoning_content: text })
      return answer
    },
    finish(reason = 'stop') {
      chunk({}, reason, { usage: { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 } })
      response.end('data: [DONE]\n\n')
    },
    cut: () => response.destroy(),
  }
  return answer
}

// The pieces, one in each `every` milliseconds, however late a timer is.
async function paced(answer, texts, every) {
  const begin = performance.now()
  for (const [index, text] of texts.entries()) {
    const wait = begin + index * every - performance.now()
    if (wait > 1) await later(wait)
    if (answer.isLeft) return
    answer.say(text)
  }
  answer.finish()
}

function flood({ bytes, events }) {
  const text = `${'ayat yang panjang, '.repeat(Math.floor(bytes / events / 19))}\n\n`
  return Array.from({ length: events }, (_, index) => `${index} ${text}`)
}

// As a vendor would send it: not too small, not on the borders of characters' halves.
function pieces(text) {
  const size = Math.max(40, Math.ceil(text.length / 200))
  const made = []
  const all = Array.from(text)
  for (let at = 0; at < all.length; at += size) made.push(all.slice(at, at + size).join(''))
  return made
}

function lastText({ messages }) {
  const { content } = messages.at(-1)
  return typeof content === 'string' ? content : content.filter((part) => part.type === 'text').map((part) => part.text).join('')
}

async function bodyOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
