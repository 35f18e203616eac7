// What is known of one answer while it comes: its events put together. Knows nothing of the screen or the server.
import type { TurnEvent } from '../api/client_shape'
import { type Part, sizeOf } from './parts'

export type Approval = { callId: string; tool: string; arguments: string; isCut: boolean; until: Date }
export type Finished = Extract<TurnEvent, { type: 'finished' }>
type Delta = Extract<TurnEvent, { type: 'text' | 'reasoning' }>
type CallPiece = Extract<TurnEvent, { type: 'toolCall' }>

const total = (parts: Part[]): number => parts.reduce((sum, part) => sum + sizeOf(part), 0)

export class Turn {
  readonly messageId: string
  last = 0 // the number of the newest event: from where the turn is read on
  finished: Finished | null = null
  #parts: Part[] = []
  #size = 0
  #shown: { parts: Part[]; size: number }
  #calls: number[] = [] // the place of the n-th call of a tool
  #touched = new Set<number>() // parts that nobody was given as they are now
  #approvals: Approval[] = []
  #filling = false // what follows a snapshot has its number

  // `parts`: what is stored of it so far, and shown until its events have come as far.
  constructor(messageId: string, parts: Part[] = []) {
    this.messageId = messageId
    this.#shown = { parts, size: total(parts) }
  }

  // False for what came before: after a broken connection some come twice.
  take(event: TurnEvent, number: number): boolean {
    if (this.finished || number < this.last || (number === this.last && !this.#filling)) return false
    this.#filling = event.type === 'snapshot' || (this.#filling && number === this.last)
    this.last = number
    this.#apply(event)
    return true
  }

  // A part that has changed is another object, one that has not is the same. What is shown never gets shorter while it
  // is read from its beginning again.
  parts(): Part[] {
    if (!this.finished && this.#size < this.#shown.size) return this.#shown.parts
    this.#touched.clear()
    this.#shown = { parts: [...this.#parts], size: this.#size }
    return this.#shown.parts
  }

  // Questions that wait for the user.
  approvals(): Approval[] {
    return [...this.#approvals]
  }

  #apply(event: TurnEvent): void {
    switch (event.type) {
      case 'text':
      case 'reasoning':
        return this.#append(event)
      case 'toolCall':
        return this.#appendCall(event)
      case 'toolApproval':
        this.#approvals = [...this.#approvals.filter(({ callId }) => callId !== event.callId), event]
        return
      case 'toolDecided':
        return this.#answered(event.callId)
      case 'toolResult':
        this.#answered(event.callId)
        return this.#push({ type: 'tool_result', callId: event.callId, text: event.text, isError: event.isError })
      case 'snapshot':
        return this.#replace(event.parts)
      case 'finished':
        this.#approvals = []
        this.finished = event
    }
  }

  #append({ type, text }: Delta): void {
    const at = this.#parts.length - 1
    const part = this.#own(at)
    if (part?.type !== type) return this.#push({ type, text })
    part.text += text
    this.#size += text.length
  }

  #appendCall(piece: CallPiece): void {
    const at = this.#calls[piece.index]
    const part = at === undefined ? undefined : this.#own(at)
    if (part?.type !== 'tool_call') {
      this.#calls[piece.index] = this.#parts.length
      return this.#push({ type: 'tool_call', id: piece.id, name: piece.name, arguments: piece.arguments })
    }
    part.arguments += piece.arguments
    this.#size += piece.arguments.length
    part.id ||= piece.id
    part.name ||= piece.name
  }

  // The part, to be changed: what was given once stays as it is.
  #own(at: number): Part | undefined {
    const part = this.#parts[at]
    if (!part || this.#touched.has(at)) return part
    this.#touched.add(at)
    return (this.#parts[at] = { ...part })
  }

  #push(part: Part): void {
    this.#touched.add(this.#parts.length)
    this.#parts.push(part)
    this.#size += sizeOf(part)
  }

  #answered(callId: string): void {
    this.#approvals = this.#approvals.filter((one) => one.callId !== callId)
  }

  #replace(parts: Part[]): void {
    this.#parts = parts.map((part) => ({ ...part }))
    this.#size = total(parts)
    this.#calls = []
    for (const [at, part] of this.#parts.entries()) if (part.type === 'tool_call') this.#calls.push(at)
    this.#touched.clear()
  }
}
