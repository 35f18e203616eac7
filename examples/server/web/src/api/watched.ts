// The answer of one call, with its faults translated also while it streams; and whether a stream comes late because
// something on the way keeps it back.
const lateAfter = 8_000

type Events = AsyncIterator<unknown> & AsyncIterable<unknown>
type How = { isStream: boolean; late: ((is: boolean) => void) | null; told(error: unknown): unknown }

const isEvents = (value: unknown): value is Events =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value

export async function watched(sent: Promise<unknown>, { isStream, late, told }: How): Promise<unknown> {
  const tooLate = (): void => {
    timer = undefined
    late?.(true)
  }
  let timer = isStream && late ? setTimeout(tooLate, lateAfter) : undefined
  const came = (inTime: boolean): void => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    if (inTime) late?.(false)
  }
  try {
    const answer = await sent
    if (isEvents(answer)) return translatedEvents(answer, came, told)
    came(false)
    return answer
  } catch (error) {
    came(false)
    throw error
  }
}

function translatedEvents(events: Events, came: (inTime: boolean) => void, told: (error: unknown) => unknown): Events {
  const through = async (step: Promise<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> => {
    try {
      const result = await step
      came(true)
      return result
    } catch (error) {
      came(false)
      throw told(error)
    }
  }
  return {
    next: () => through(events.next()),
    return: (value?: unknown) => {
      came(false)
      return events.return ? through(events.return(value)) : Promise.resolve({ done: true, value })
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
