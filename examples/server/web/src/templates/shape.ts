// Kept prompts as `prompt.*` gives and takes them (docs/guides/templates.md).
export type VariableType = 'text' | 'long_text' | 'integer' | 'number' | 'boolean' | 'choice' | 'date'
export type Role = 'system' | 'user' | 'assistant' | 'tool'
export type Value = string | number | boolean | null
export type Values = Record<string, unknown>

export type Variable = {
  name: string
  type: VariableType
  label: string | null
  description: string | null
  required: boolean
  default: unknown
  min: number | null
  max: number | null
  choices: string[]
  maxLength: number | null
}

export type TemplateMessage = { role: Role; text: string; placeholder: string | null }

export type Config = {
  model: string | null
  temperature: number | null
  topP: number | null
  maxTokens: number | null
  tools: string[] | null
  responseFormat: Record<string, unknown> | null
}

export type Expectation = { contains: string | null; equals: string | null; schema: Record<string, unknown> | null }
export type Example = { name: string; values: Values; expect: Expectation | null }

export type Content = {
  kind: 'text' | 'chat'
  messages: TemplateMessage[]
  variables: Variable[]
  config: Config
  examples: Example[]
}

export type Visibility = 'private' | 'tenant'

export type Template = {
  id: string
  ownerId: string
  name: string
  description: string
  category: string
  command: string | null
  visibility: Visibility
  latest: number
  createdAt: Date
  updatedAt: Date
  revision: number
}

export type Version = Content & {
  id: string
  templateId: string
  number: number
  note: string
  authorId: string
  createdAt: Date
}

// Lines and columns count from 1 in characters; 0 where it is about no place in a text.
export type TemplateFault = { path: string; line: number; column: number; message: string }
export type Issue = { path: string; message: string }
export type Stored = { prompt: Template; version: Version; warnings: TemplateFault[] }

export type Preview = {
  faults: TemplateFault[]
  warnings: TemplateFault[]
  valueFaults: Issue[]
  variables: Variable[]
  messages: TemplateMessage[]
}

export type Counts = { own: number; shared: number; categories: { category: string; count: number }[]; more: boolean }
export type Arm = { version: number; weight: number }
export type Label = { id: string; name: string; arms: Arm[]; protected: boolean; revision: number; updatedAt: Date }

export type DiffLine = { change: 'same' | 'added' | 'removed'; text: string }
export type FieldChange = { path: string; before: unknown; after: unknown }
export type Diff = { messages: { number: number; lines: DiffLine[] }[]; fields: FieldChange[] }

export type TrialAnswer = {
  version: number | null
  example: string
  model: string
  text: string
  usage: { inputTokens: number; outputTokens: number } | null
  error: string | null
  message: string
  issues: Issue[]
  passed: boolean | null
}
export type Trial = { answers: TrialAnswer[]; passed: number; failed: number }

export type VersionUsage = {
  id: string
  number: number
  sends: number
  answers: number
  inputTokens: number
  outputTokens: number
  costMicrousd: number
  unpriced: number
  liked: number
  disliked: number
}

export type ImportReport = {
  found: number
  imported: number
  updated: number
  unchanged: number
  failed: number
  prompts: { name: string; outcome: 'imported' | 'updated' | 'unchanged' | 'failed'; id: string | null; reason: string | null; issues: Issue[] }[]
}

export const variableTypes: VariableType[] = ['text', 'long_text', 'integer', 'number', 'boolean', 'choice', 'date']

// Whose a message of a prompt may be: no tool says anything before a model has called it.
export const roles = ['system', 'user', 'assistant'] as const satisfies readonly Role[]

// What the server takes at most.
export const limits = { messages: 64, variables: 64, examples: 20, choices: 100, arms: 8, importBytes: 8 * 1024 * 1024 }

export const newVariable = (name = ''): Variable => ({
  name, type: 'text', label: null, description: null, required: true, default: null, min: null, max: null, choices: [], maxLength: null,
})

export const newContent = (): Content => ({
  kind: 'text',
  messages: [{ role: 'user', text: '', placeholder: null }],
  variables: [],
  config: { model: null, temperature: null, topP: null, maxTokens: null, tools: null, responseFormat: null },
  examples: [],
})

// Whether it asks by itself: it ends with a user's own text, which is the question then.
export function asksByItself(content: Pick<Content, 'messages'>): boolean {
  const last = content.messages.at(-1)
  return last?.role === 'user' && last.placeholder === null
}
