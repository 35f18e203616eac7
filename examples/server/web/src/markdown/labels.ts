/** The words that a drawn answer needs, in the user's language. */
export interface MarkdownLabels {
  /** Of a block of code: `code('Python')`, or of none with a name. */
  code(language: string): string
  copy: string
  copied: string
  copyFailed: string
  wrap: string
  download: string
  table: string
  formula: string
  done: string
  notDone: string
  imageFrom(host: string): string
  showRest(kilobytes: number): string
  /** What a character that cannot be seen is called: `hidden('U+202E')`. */
  hidden(code: string): string
}
