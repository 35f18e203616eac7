// The conformance suite of Durable Streams, run by vitest: every test of reading passes on our server. Which tests are
// of the writing side, or of streams that a turn cannot be, says durable_streams_skipped.json, by name: one that is new
// to the suite runs, and is noticed.
import { runConformanceTests } from '@durable-streams/server-conformance-tests'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'

import skipped from './durable_streams_skipped.json' with { type: 'json' }
import { streamServer } from './durable_streams_writer.mjs'

const reasons = new Map(Object.entries(skipped).flatMap(([why, names]) => names.map((name) => [name, why])))
const met = new Set()
const suite = { baseUrl: '', longPollTimeoutMs: 20_000 }
let server

function nameOf(task) {
  return task.suite?.name ? `${nameOf(task.suite)} > ${task.name}`.replace(/^ > /, '') : task.name
}

beforeAll(async () => {
  server = await streamServer()
  suite.baseUrl = server.url
})

beforeEach(({ task, skip }) => {
  const name = nameOf(task)
  if (!reasons.has(name)) return
  met.add(name)
  skip(reasons.get(name))
})

afterAll(async () => {
  await server?.stop()
  expect([...reasons.keys()].filter((name) => !met.has(name))).toEqual([])
})

runConformanceTests(suite)
