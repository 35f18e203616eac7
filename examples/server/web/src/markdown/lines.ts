// What one line of Markdown is, looked at alone. Every test is linear in the line.

export interface Fence {
  mark: string
  indent: number
  info: string
}

export interface Bullet {
  /** `-`, `*`, `+`, `.` or `)`: items of one list have the same. */
  type: string
  number: number | undefined
  indent: number
  /** Columns before the text of the item. */
  content: number
}

/** A tab reaches to the next multiple of four, as in CommonMark. */
export function indentOf(line: string): number {
  let columns = 0
  for (let i = 0; i < line.length; i++) {
    if (line[i] === ' ') columns++
    else if (line[i] === '\t') columns += 4 - (columns % 4)
    else break
  }
  return columns
}

/** The line without its first `columns` columns of white space. */
export function outdent(line: string, columns: number): string {
  let column = 0
  let i = 0
  while (i < line.length && column < columns) {
    if (line[i] === ' ') column++
    else if (line[i] === '\t') column += 4 - (column % 4)
    else break
    i++
  }
  return ' '.repeat(Math.max(0, column - columns)) + line.slice(i)
}

export function isBlank(line: string): boolean {
  return !/[^ \t]/.test(line)
}

export function fenceOf(line: string): Fence | undefined {
  const found = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(line)
  if (!found) return undefined
  const [, spaces, mark, info] = found as unknown as [string, string, string, string]
  if (mark[0] === '`' && info.includes('`')) return undefined
  return { mark, indent: spaces.length, info: info.trim() }
}

export function closesFence(line: string, mark: string): boolean {
  const found = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)
  return found !== null && found[1]![0] === mark[0] && found[1]!.length >= mark.length
}

export function headingOf(line: string): { level: number; text: string } | undefined {
  const found = /^ {0,3}(#{1,6})(?:[ \t]|$)/.exec(line)
  if (!found) return undefined
  let text = line.slice(found[0].length).trim()
  let end = text.length
  while (end > 0 && text[end - 1] === '#') end--
  if (end === 0 || text[end - 1] === ' ' || text[end - 1] === '\t') text = text.slice(0, end).trimEnd()
  return { level: found[1]!.length, text }
}

export function isRule(line: string): boolean {
  return /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/.test(line)
}

/** The line under the text of a heading: its level. */
export function underlineOf(line: string): 1 | 2 | undefined {
  const found = /^ {0,3}(?:(=+)|-+)[ \t]*$/.exec(line)
  return found ? (found[1] ? 1 : 2) : undefined
}

export function isQuote(line: string): boolean {
  return /^ {0,3}>/.test(line)
}

export function bulletOf(line: string): Bullet | undefined {
  const found = /^( {0,3})(?:([*+-])|(\d{1,9})([.)]))(?=[ \t]|$)/.exec(line)
  if (!found || isRule(line)) return undefined
  const after = found[0].length
  const gap = indentOf(' '.repeat(after % 4) + line.slice(after)) - (after % 4)
  const empty = isBlank(line.slice(after))
  return {
    type: found[2] ?? found[4]!,
    number: found[3] === undefined ? undefined : Number(found[3]),
    indent: found[1]!.length,
    content: after + (empty || gap > 4 ? 1 : gap),
  }
}

/** Only these lists may follow a paragraph without a blank line. */
export function interruptsWithList(line: string): boolean {
  const bullet = bulletOf(line)
  return bullet !== undefined && (bullet.number ?? 1) === 1 && !isBlank(line.slice(bullet.content - 1))
}

export function isTableDelimiter(line: string): boolean {
  return line.includes('|') && /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/.test(line)
}

/** The cells of a row; `\|` is a bar within a cell. */
export function cellsOf(line: string): string[] {
  const cells: string[] = []
  let cell = ''
  const text = line.trim()
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && text[i + 1] === '|') {
      cell += '|'
      i++
    } else if (text[i] === '|') {
      if (i > 0) cells.push(cell.trim())
      cell = ''
    } else cell += text[i]
  }
  if (!isBlank(cell) || cells.length === 0) cells.push(cell.trim())
  return cells
}

/** How mathematics of its own lines begins: what must close it, or nothing. */
export function mathCloserOf(line: string): string | undefined {
  const found = /^ {0,3}(\$\$|\\\[)/.exec(line)
  return found ? (found[1] === '$$' ? '$$' : '\\]') : undefined
}
