// What is asked before the page itself has come, so that its answer is there when it has.
const asked = new Map<string, Promise<Response>>()

export function post(path: string, input: unknown, milliseconds: number): Promise<Response> {
  return fetch(`/rpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ json: input }),
    signal: AbortSignal.timeout(milliseconds),
  })
}

export function askEarly(path: string, input: unknown = {}): void {
  const answer = post(path, input, 15_000)
  answer.catch(() => {}) // whoever takes it hears of it
  asked.set(path, answer)
}

// Once: whoever asks again wants to know anew.
export function takeEarly(path: string): Promise<Response> | undefined {
  const answer = asked.get(path)
  asked.delete(path)
  return answer
}
