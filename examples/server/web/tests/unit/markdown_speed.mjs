// An event of a long answer costs the same at its end as at its beginning.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { corpus } from '../support/corpus.mjs'
import { startDrawing } from '../support/drawing.mjs'

test('an answer of 100 kB in 2,000 events takes less than 1 ms of an event', (t) => {
  const all = corpus('markdown').map(([, text]) => text).join('\n\n')
  const text = all.repeat(Math.ceil(100_000 / all.length)).slice(0, 100_000)
  const size = text.length / 2000

  const { drawing, frame } = startDrawing()
  const begun = process.cpuUsage()
  for (let at = 0; at < text.length; at += size) {
    drawing.append(text.slice(at, at + size))
    frame()
  }
  const used = process.cpuUsage(begun)
  const each = (used.user + used.system) / 1000 / 2000

  t.diagnostic(`${each.toFixed(3)} ms of processor for an event, each with a frame of its own`)
  assert.ok(each < 1, `${each} ms`)
})
