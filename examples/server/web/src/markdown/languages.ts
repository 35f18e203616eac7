// The languages of code blocks: what people write after the fence, what it is called, and its colours' grammar.

export interface Language {
  name: string
  grammar: string | undefined
  extension: string
}

const known: [names: string, name: string, grammar: string | undefined, extension: string][] = [
  ['bash sh shell zsh console shell-session', 'Shell', 'bash', 'sh'],
  ['c h', 'C', 'cpp', 'c'],
  ['cpp c++ cc cxx hpp', 'C++', 'cpp', 'cpp'],
  ['cs csharp c#', 'C#', 'csharp', 'cs'],
  ['css', 'CSS', 'css', 'css'],
  ['diff patch', 'Diff', 'diff', 'diff'],
  ['go golang', 'Go', 'go', 'go'],
  ['html xml svg xhtml vue svelte', 'HTML', 'xml', 'html'],
  ['ini toml conf properties', 'TOML', 'ini', 'toml'],
  ['java', 'Java', 'java', 'java'],
  ['js javascript mjs cjs jsx', 'JavaScript', 'javascript', 'js'],
  ['json jsonc json5 jsonl', 'JSON', 'json', 'json'],
  ['md markdown', 'Markdown', undefined, 'md'],
  ['php', 'PHP', 'php', 'php'],
  ['py python python3 py3', 'Python', 'python', 'py'],
  ['rs rust', 'Rust', 'rust', 'rs'],
  ['sql postgresql mysql sqlite', 'SQL', 'sql', 'sql'],
  ['ts typescript tsx mts', 'TypeScript', 'typescript', 'ts'],
  ['yaml yml', 'YAML', 'yaml', 'yml'],
]

const byName = new Map<string, Language>()
for (const [names, name, grammar, extension] of known) {
  for (const each of names.split(' ')) byName.set(each, { name, grammar, extension })
}

/** From what stands after the fence: its first word. */
export function languageOf(info: string): Language {
  const word = info.trim().split(/[\s{,:]/, 1)[0]!.toLowerCase()
  return byName.get(word) ?? { name: word.slice(0, 40), grammar: undefined, extension: 'txt' }
}
