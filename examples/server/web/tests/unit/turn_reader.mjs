import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { loadTogether } from './load.mjs'

const { Turn, readTurn } = await loadTogether('src/chat/turn.ts', 'src/chat/turn_reader.ts')

const started = { type: 'started', chatId: 'c', userMessageId: 'q', messageId: 'm', model: 'demo/demo' }
const finished = { type: 'finished', messageId: 'm', state: 'complete', reason: null, finishReason: 'stop', usage: null, costMicrousd: null, warnings: [] }
const text = (said) => ({ type: 'text', text: said })
const words = ['satu ', 'dua ', 'tiga ', 'empat']
const events = [started, ...words.map(text), finished].map((event, at) => ({ event, number: at + 1 }))
const whole = words.join('')
const said = (turn) => turn.parts().map((part) => part.text ?? '').join('')

function taken(...numbered) {
  const turn = new Turn('m')
  for (const [event, number] of numbered) turn.take(event, number)
  return turn
}

describe('a turn', () => {
  test('puts pieces of one kind together, and begins another part with another kind', () => {
    const turn = taken([started, 1], [{ type: 'reasoning', text: 'hm' }, 2], [{ type: 'reasoning', text: 'm' }, 3], [text('Ya'), 4], [text('.'), 5])

    assert.deepEqual(turn.parts(), [{ type: 'reasoning', text: 'hmm' }, { type: 'text', text: 'Ya.' }])
  })

  test('drops what came before', () => {
    const turn = taken([started, 1], [text('a'), 2], [text('a'), 2], [started, 1], [text('b'), 3])

    assert.equal(said(turn), 'ab')
  })

  test('takes a snapshot for all before it, and what has its number for the rest of it', () => {
    const turn = taken([started, 1], [text('old'), 2], [{ type: 'snapshot', messageId: 'm', parts: [text('whole ')] }, 9], [text('and '), 9], [text('rest'), 10], [text('rest'), 10])

    assert.equal(said(turn), 'whole and rest')
    assert.equal(turn.last, 10)
  })

  test('gives another object for a part that has grown, and the same for one that has not', () => {
    const turn = taken([started, 1], [{ type: 'reasoning', text: 'hm' }, 2], [text('a'), 3])
    const before = turn.parts()
    turn.take(text('b'), 4)
    const after = turn.parts()

    assert.equal(after[0], before[0])
    assert.notEqual(after[1], before[1])
    assert.equal(before[1].text, 'a')
  })

  test('shows no less than is stored while it is read from the beginning again', () => {
    const turn = new Turn('m', [text('satu dua ')])
    const shown = []
    for (const { event, number } of events.slice(0, 5)) {
      turn.take(event, number)
      shown.push(said(turn))
    }

    assert.deepEqual(shown, ['satu dua ', 'satu dua ', 'satu dua ', 'satu dua tiga ', whole])
  })

  test('puts calls of tools together by their index, and asks until there is an answer', () => {
    const call = (index, args, more = {}) => ({ type: 'toolCall', index, id: '', name: '', arguments: args, ...more })
    const approval = { type: 'toolApproval', callId: 't1', tool: 'order', arguments: '{"a":1}', isCut: false, until: new Date(0) }
    const turn = taken([started, 1], [call(0, '{"a"', { id: 't1', name: 'order' }), 2], [call(1, '{}', { id: 't2', name: 'look' }), 3], [call(0, ':1}'), 4], [approval, 5])
    assert.equal(turn.approvals().length, 1)
    turn.take({ type: 'toolDecided', callId: 't1', verdict: 'once' }, 6)
    turn.take({ type: 'toolResult', callId: 't1', name: 'order', text: 'done', isError: false }, 7)

    assert.deepEqual(turn.parts(), [
      { type: 'tool_call', id: 't1', name: 'order', arguments: '{"a":1}' },
      { type: 'tool_call', id: 't2', name: 'look', arguments: '{}' },
      { type: 'tool_result', callId: 't1', text: 'done', isError: false },
    ])
    assert.deepEqual(turn.approvals(), [])
  })

  test('passes over events that it does not know, and over all behind its end', () => {
    const turn = taken([started, 1], [{ type: 'unheard of' }, 2], [text('a'), 3], [finished, 4], [text('b'), 5])

    assert.equal(said(turn), 'a')
    assert.equal(turn.finished.state, 'complete')
  })

  test('takes an event of a long answer in well under a millisecond', () => {
    const turn = taken([started, 1])
    const piece = text('x'.repeat(10))
    const before = performance.now()
    for (let number = 2; number < 20_002; number++) {
      turn.take(piece, number)
      if (number % 10 === 0) turn.parts()
    }
    assert.ok((performance.now() - before) / 20_000 < 0.2)
  })
})

describe('a reader of a turn', () => {
  const lost = new Error('lost')
  const numbers = new Map(events.map(({ event, number }) => [event, number]))

  // A server that sends what is behind `after`, and breaks off after as many events as `cuts` says.
  function server(cuts) {
    const asked = []
    return {
      asked,
      resume: async (messageId, after) => {
        asked.push(after)
        const cut = cuts.shift() ?? Infinity
        if (cut < 0) throw lost
        return (async function* () {
          let sent = 0
          for (const { event, number } of events) {
            if (number <= after) continue
            if (sent++ >= cut) throw lost
            yield event
          }
        })()
      },
    }
  }

  const ways = (from, more = {}) => ({
    resume: from.resume,
    numberOf: (event) => numbers.get(event),
    changed() {},
    isLost: (error) => error === lost,
    wait: async () => {},
    ...more,
  })

  test('reads to the end', async () => {
    const turn = new Turn('m')
    await readTurn(turn, null, ways(server([])), new AbortController().signal)

    assert.equal(said(turn), whole)
  })

  test('goes on behind the last event wherever the connection breaks', async () => {
    for (let first = -1; first <= events.length; first++)
      for (let second = -1; second <= events.length; second++) {
        const turn = new Turn('m')
        const from = server([first, second])
        await readTurn(turn, null, ways(from), new AbortController().signal)

        assert.equal(said(turn), whole, `${first} ${second}`)
        assert.ok(from.asked.every((after, at) => at === 0 || after >= from.asked[at - 1]))
      }
  })

  test('begins with the stream that it was given', async () => {
    const turn = new Turn('m')
    const from = server([])
    const given = (async function* () {
      yield events[0].event
      yield events[1].event
    })()
    await readTurn(turn, given, ways(from), new AbortController().signal)

    assert.deepEqual(from.asked, [2])
    assert.equal(said(turn), whole)
  })

  test('waits longer each time that nothing comes, and briefly again once something has', async () => {
    const waited = []
    const from = server([-1, -1, 2, 0])
    await readTurn(new Turn('m'), null, ways(from, { wait: async (attempt) => waited.push(attempt) }), new AbortController().signal)

    assert.deepEqual(waited, [1, 2, 1, 2])
  })

  test('gives up what the server refuses', async () => {
    const no = new Error('not found')
    const refusing = { resume: async () => Promise.reject(no) }

    await assert.rejects(readTurn(new Turn('m'), null, ways(refusing), new AbortController().signal), no)
  })

  test('ends when it is left', async () => {
    const leaving = new AbortController()
    const turn = new Turn('m')
    await readTurn(turn, null, ways(server([]), { changed: () => turn.last === 3 && leaving.abort() }), leaving.signal)

    assert.equal(turn.last, 3)
    assert.equal(turn.finished, null)
  })
})
