// What is asked before the page itself has come, so that its answer is there when it has.
const asked = new Map<string, Promise<Response | null>>()

export function post(path: string, input: unknown, milliseconds: number): Promise<Response> {
  return fetch(`/rpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ json: input }),
    signal: AbortSignal.timeout(milliseconds),
  })
}

const deadline = 15_000
const nothing = (): null => null // whoever asks for it asks again

// Who is signed in, and if somebody is, where they may act.
export function askEarly(): void {
  const session = post('auth/getSession', {}, deadline)
  const known = session.then(async (answer) => answer.ok && Boolean((await answer.clone().json()).json))
  const tenants = known.then((is) => (is ? post('tenant/getAll', { limit: 200 }, deadline) : null))
  asked.set('auth/getSession', session.catch(nothing))
  asked.set('tenant/getAll', tenants.catch(nothing))
}

// Once: whoever asks again wants to know anew.
export async function takeEarly(path: string): Promise<Response | null> {
  const answer = asked.get(path)
  asked.delete(path)
  return (await answer) ?? null
}
