// What is being written as the server takes it.
import type { Config, Content, Example, Expectation, Role, Values, Variable } from './shape'

type SentVariable = Pick<Variable, 'name' | 'type' | 'required'> & Partial<Variable>
type SentExample = { name: string; values: Values; expect?: Partial<Expectation> }

export type SentContent = {
  kind: Content['kind']
  messages: { role: Role; text: string; placeholder?: string }[]
  variables: SentVariable[]
  config: Partial<Config>
  examples: SentExample[]
}

// Of a variable only what its type has; what was entered for another type before is let go.
function tidyVariable(variable: Variable): SentVariable {
  const { name, type, label, description, required, choices, min, max, maxLength } = variable
  const isText = type === 'text' || type === 'long_text'
  const isNumber = type === 'integer' || type === 'number'
  return {
    name,
    type,
    required,
    ...(label ? { label } : {}),
    ...(description ? { description } : {}),
    ...(variable.default !== null && variable.default !== '' ? { default: variable.default } : {}),
    ...(isNumber && min !== null ? { min } : {}),
    ...(isNumber && max !== null ? { max } : {}),
    ...(isText && maxLength !== null ? { maxLength } : {}),
    ...(type === 'choice' ? { choices: choices.filter((one) => one !== '') } : {}),
  }
}

const given = <Of extends object>(of: Of): Partial<Of> =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== null && value !== '')) as Partial<Of>

const tidyConfig = (config: Config): Partial<Config> => given(config)

function tidyExample({ name, values, expect }: Example): SentExample {
  const wanted = expect ? given(expect) : {}
  return { name, values, ...(Object.keys(wanted).length > 0 ? { expect: wanted } : {}) }
}

export function tidy(content: Content): SentContent {
  return {
    kind: content.kind,
    messages: content.messages.map(({ role, text, placeholder }) =>
      placeholder === null ? { role, text } : { role, text: '', placeholder },
    ),
    variables: content.variables.map(tidyVariable),
    config: tidyConfig(content.config),
    examples: content.examples.map(tidyExample),
  }
}

// A version's content alone, as a copy that may be changed.
export function contentOf(version: Content): Content {
  const { kind, messages, variables, config, examples } = version
  return structuredClone({ kind, messages, variables, config, examples })
}

export const isSame = (one: Content, other: Content): boolean => JSON.stringify(tidy(one)) === JSON.stringify(tidy(other))
