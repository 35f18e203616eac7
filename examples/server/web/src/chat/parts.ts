// What a message is made of: as the server has it, and as it is drawn.
import type { Message as AnyMessage, Part as AnyPart } from '../api/client_shape'

export type ToolCallPart = { type: 'tool_call'; id: string; name: string; arguments: string }
export type ToolResultPart = { type: 'tool_result'; callId: string; text: string; isError: boolean }
export type Part = Extract<AnyPart, { type: 'text' | 'reasoning' | 'image' | 'file' | 'error' }> | ToolCallPart | ToolResultPart
export type Message = Omit<AnyMessage, 'parts'> & { parts: Part[] }

export type ToolStep = {
  kind: 'tool'
  id: string
  name: string
  arguments: string
  result: { text: string; isError: boolean } | null
}
export type Step =
  | { kind: 'text' | 'reasoning'; text: string }
  | { kind: 'image'; url: string; caption: string }
  | { kind: 'file'; name: string }
  | { kind: 'error'; code: string; text: string }
  | ToolStep

export const textOf = (parts: Part[]): string => parts.map((part) => (part.type === 'text' ? part.text : '')).join('')

export const isFinal = (message: Message): boolean => message.state !== 'pending' && message.state !== 'streaming'

// A picture's description is the text behind it, in brackets: a model reads it, too.
const captioned = /^\[([^\]]+)\]$/

export const captionPart = (description: string): Part => ({ type: 'text', text: `[${description.replaceAll(']', ')')}]` })

const captionOf = (part: Part | undefined): string | undefined =>
  part?.type === 'text' ? captioned.exec(part.text)?.[1] : undefined

// Calls and their results are one step, pictures and their descriptions too.
export function stepsOf(parts: Part[]): Step[] {
  const steps: Step[] = []
  const calls = new Map<string, ToolStep>()
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] as Part
    if (part.type === 'tool_result') {
      const call = calls.get(part.callId)
      if (call) call.result = { text: part.text, isError: part.isError }
      continue
    }
    const step = stepOf(part)
    if (!step) continue
    if (step.kind === 'tool') calls.set(step.id, step)
    if (step.kind === 'image') {
      const caption = captionOf(parts[at + 1])
      if (caption !== undefined) {
        step.caption = caption
        at++
      }
    }
    steps.push(step)
  }
  return steps
}

// Calls that somebody is asked about, and of which the answer itself was not stored any more.
export function lostSteps(asked: { callId: string; tool: string; arguments: string }[], stored: Step[]): ToolStep[] {
  const known = new Set(stored.map((step) => (step.kind === 'tool' ? step.id : '')))
  return asked
    .filter(({ callId }) => !known.has(callId))
    .map((one) => ({ kind: 'tool', id: one.callId, name: one.tool, arguments: one.arguments, result: null }))
}

// Of kinds that this page does not know yet there is none.
function stepOf(part: Exclude<Part, ToolResultPart>): Step | null {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { kind: part.type, text: part.text }
    case 'image':
      return { kind: 'image', url: part.url, caption: '' }
    case 'file':
      return { kind: 'file', name: part.name }
    case 'tool_call':
      return { kind: 'tool', id: part.id, name: part.name, arguments: part.arguments, result: null }
    case 'error':
      return { kind: 'error', code: part.code, text: part.message }
    default:
      return null
  }
}

// How much there is of it, in characters.
export function sizeOf(part: Part): number {
  switch (part.type) {
    case 'tool_call':
      return part.arguments.length
    case 'image':
    case 'file':
      return part.url.length
    case 'error':
      return part.message.length
    default:
      return part.text.length
  }
}
