// What a model gets to read, as message.preview and message.explain tell it (docs/guides/context.md).
import type { Part } from '../api/client_shape'

export type Place =
  | 'main' | 'instructions' | 'prompts' | 'memories' | 'tools' | 'lore_before' | 'persona' | 'description' | 'personality'
  | 'scenario' | 'auxiliary' | 'lore_after' | 'examples' | 'summary' | 'history' | 'before_question' | 'question'
  | 'post_history' | 'at_depth'

export type Reason =
  | 'always' | 'mandatory' | 'constant' | 'key' | 'secondary_failed' | 'regex' | 'sticky' | 'cooldown' | 'delay' | 'recursion'
  | 'depth_exceeded' | 'group_lost' | 'probability' | 'budget' | 'disabled' | 'filtered' | 'vector' | 'similarity'
  | 'summary_covers' | 'history_full' | 'not_heard' | 'unresolved' | 'timeout'

export type BlockState = 'included' | 'trimmed' | 'dropped'
export type Source = { kind: string; id: string | null; version: number | null }

export type Block = {
  place: Place
  role: 'system' | 'user' | 'assistant' | 'tool'
  source: Source
  tokens: number
  state: BlockState
  reason: Reason
}

export type Report = {
  model: string
  budget: number
  tokens: number
  blocks: Block[]
  notListed: number
  messages?: { role: Block['role']; parts: Part[] }[]
}

// What the budget goes to, as the bar shows it.
export type Share = 'instructions' | 'kept' | 'history' | 'question'
export type SharePart = { share: Share; tokens: number }

const shareOf: Partial<Record<Place, Share>> = { history: 'history', summary: 'history', question: 'question', main: 'instructions', instructions: 'instructions' }

export function sharesOf(blocks: readonly Block[]): SharePart[] {
  const tokens: Record<Share, number> = { instructions: 0, kept: 0, history: 0, question: 0 }
  for (const block of blocks) if (block.state !== 'dropped') tokens[shareOf[block.place] ?? 'kept'] += block.tokens
  return (Object.keys(tokens) as Share[]).map((share) => ({ share, tokens: tokens[share] })).filter((part) => part.tokens > 0)
}

// The text of parts as one reads it.
export function textOfParts(parts: readonly Part[]): string {
  const said = parts.map((part) => {
    switch (part.type) {
      case 'text':
      case 'reasoning':
      case 'tool_result':
        return part.text
      case 'tool_call':
        return `${part.name}(${part.arguments})`
      case 'file':
        return part.name
      case 'image':
        return '[image]'
      default:
        return part.message
    }
  })
  return said.join('\n')
}
