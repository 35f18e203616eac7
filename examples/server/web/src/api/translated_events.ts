// A stream whose faults are translated as those of a call are.
type Events = AsyncIterator<unknown> & AsyncIterable<unknown>

export const isEvents = (value: unknown): value is Events =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value

export function translatedEvents(events: Events, translated: (error: unknown) => unknown): Events {
  const through = async (step: Promise<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> => {
    try {
      return await step
    } catch (error) {
      throw translated(error)
    }
  }
  return {
    next: () => through(events.next()),
    return: (value?: unknown) => (events.return ? through(events.return(value)) : Promise.resolve({ done: true, value })),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
