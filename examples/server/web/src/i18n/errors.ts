// What a person is told of a fault (api/fault.ts), and what they can do.
import type { Fault } from '../api/fault'
import { catalogue } from './language.svelte'

const texts = catalogue({
  internal: { en: 'Something went wrong on the server.', ms: 'Ada masalah pada pelayan.', id: 'Ada masalah di server.' },
})

export function explain(fault: Fault): string {
  return fault.code in texts ? texts[fault.code as keyof typeof texts] : texts.internal
}
