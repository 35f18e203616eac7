// The real openai, @ai-sdk/openai and @langchain/openai through /v1 to a vendor that speaks OpenAI's form: SAMBUNG_URL,
// SAMBUNG_TOKEN; see vendor.cpp for what each model answers.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { createOpenAI } from '@ai-sdk/openai'
import { HumanMessage } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { generateText, jsonSchema, streamText, tool } from 'ai'
import OpenAI from 'openai'

const baseURL = `${process.env.SAMBUNG_URL}/v1`
const apiKey = process.env.SAMBUNG_TOKEN
const cities = [{ city: 'Ipoh' }, { city: 'Miri' }]
const messages = [{ role: 'user', content: 'Apa khabar?' }]
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

const openai = new OpenAI({ baseURL, apiKey, maxRetries: 0 })
const ask = (model, more = {}) => openai.chat.completions.create({ model: `vllm/${model}`, messages, ...more })

test('openai: the vendor gets what the client sent', async () => {
  const sent = { response_format: { type: 'json_object' }, x_unknown: { deep: [1] }, seed: 4 }
  const answer = await ask('echo', sent)

  assert.deepEqual(JSON.parse(answer.choices[0].message.content), { model: 'echo', messages, ...sent, stream: false })
})

test('openai: the client gets what the vendor sent', async () => {
  const answer = await ask('rich')
  const chunks = []
  for await (const chunk of await ask('rich', { stream: true, stream_options: { include_usage: true } })) chunks.push(chunk)

  for (const one of [answer, chunks[0]]) {
    assert.deepEqual(one.x_new, { a: [1.5] })
    assert.equal(one.choices[0].logprobs.content[0].logprob, -0.25)
  }
  assert.equal(answer.choices[0].message.reasoning_content, 'hm')
  assert.equal(chunks[0].choices[0].delta.reasoning_content, 'hm')
  for (const one of [answer, chunks.at(-1)]) assert.equal(one.usage.cost, 0.25)
})

test('openai: its helper collects parallel tool calls', async () => {
  const run = openai.chat.completions.stream({ model: 'vllm/tools', messages })
  const { tool_calls: calls } = await run.finalMessage()

  assert.deepEqual(calls.map((call) => JSON.parse(call.function.arguments)), cities)
})

test('openai: errors before and in the stream', async () => {
  await assert.rejects(ask('refuses'), OpenAI.BadRequestError)
  await assert.rejects(ask('full', { stream: true }), OpenAI.RateLimitError)
  const read = async () => {
    for await (const chunk of await ask('broken', { stream: true })) assert.equal(chunk.choices[0].delta.content, 'a')
  }
  await assert.rejects(read, OpenAI.APIError)
})

test('openai: leaving closes the stream', async () => {
  const open = async () => Number((await ask('open')).choices[0].message.content)
  const before = await open()
  const stream = await ask('slow', { stream: true })
  for await (const _ of stream) break

  const deadline = Date.now() + 20_000
  while ((await open()) > before) assert.ok(Date.now() < deadline)
})

// --- @ai-sdk/openai ---

const sdk = createOpenAI({ baseURL, apiKey })
const weather = tool({ description: 'The weather', inputSchema: jsonSchema(parameters) })
const withSdk = (model, more = {}) => ({ model: sdk.chat(`vllm/${model}`), prompt: 'Apa khabar?', maxRetries: 0, ...more })

test('@ai-sdk/openai: text, usage and what it asked for', async () => {
  const { text } = await generateText(withSdk('echo', { temperature: 0.5 }))
  assert.equal(JSON.parse(text).temperature, 0.5)

  const stream = streamText(withSdk('rich'))
  assert.equal(await stream.text, 'hi')
  const usage = await stream.usage
  assert.deepEqual([usage.inputTokens, usage.outputTokens, usage.totalTokens], [7, 5, 12])
  assert.equal(await stream.finishReason, 'stop')
})

test('@ai-sdk/openai: parallel tool calls, whole and streamed', async () => {
  const whole = await generateText(withSdk('tools', { tools: { weather } }))
  assert.deepEqual(whole.toolCalls.map((call) => call.input), cities)

  const stream = streamText(withSdk('tools', { tools: { weather } }))
  assert.deepEqual((await stream.toolCalls).map((call) => call.input), cities)
})

test('@ai-sdk/openai: errors before and in the stream', async () => {
  await assert.rejects(generateText(withSdk('refuses')), /the vendor says no/)
  const errors = []
  const stream = streamText(withSdk('broken', { onError: ({ error }) => errors.push(error) }))
  for await (const _ of stream.fullStream);
  assert.equal(errors.length, 1)
})

test('@ai-sdk/openai: leaving ends it', async () => {
  const leaving = new AbortController()
  const stream = streamText(withSdk('slow', { abortSignal: leaving.signal, onError: () => {} }))
  for await (const part of stream.fullStream) if (part.type === 'text-delta') leaving.abort()
})

// --- @langchain/openai ---

const withLangChain = (model, more = {}) =>
  new ChatOpenAI({ model: `vllm/${model}`, apiKey, configuration: { baseURL }, maxRetries: 0, ...more })
const spoken = [new HumanMessage('Apa khabar?')]
const functions = [{ type: 'function', function: { name: 'weather', parameters } }]

test('LangChain: text, streamed usage and parallel tool calls', async () => {
  assert.equal((await withLangChain('rich').invoke(spoken)).content, 'hi')

  let all
  for await (const chunk of await withLangChain('tools', { streamUsage: true }).bindTools(functions).stream(spoken))
    all = all ? all.concat(chunk) : chunk
  assert.deepEqual(all.tool_calls.map((call) => call.args), cities)
  assert.equal(all.usage_metadata.total_tokens, 12)
})

test('LangChain: structured output', async () => {
  const schema = { title: 'body', type: 'object', properties: { model: { type: 'string' } }, required: ['model'] }
  const answer = await withLangChain('echo').withStructuredOutput(schema, { method: 'jsonSchema' }).invoke(spoken)

  assert.equal(answer.model, 'echo')
  assert.equal(answer.response_format.type, 'json_schema')
})

test('LangChain: errors before and in the stream', async () => {
  await assert.rejects(withLangChain('refuses').invoke(spoken))
  const read = async () => {
    for await (const chunk of await withLangChain('broken').stream(spoken)) assert.equal(chunk.content, 'a')
  }
  await assert.rejects(read)
})
