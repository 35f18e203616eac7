// HTML's names for characters, those that answers use. Others stay as they are written.

const named: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', reg: '®', trade: '™', hellip: '…', mdash: '—', ndash: '–',
  lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', laquo: '«', raquo: '»', bull: '•', middot: '·', times: '×', divide: '÷', deg: '°',
  plusmn: '±', le: '≤', ge: '≥', ne: '≠', asymp: '≈', infin: '∞', larr: '←', rarr: '→', uarr: '↑', darr: '↓', harr: '↔', euro: '€',
  pound: '£', yen: '¥', cent: '¢', sect: '§', para: '¶', micro: 'µ', frac12: '½', frac14: '¼', frac34: '¾', alpha: 'α', beta: 'β',
  gamma: 'γ', delta: 'δ', lambda: 'λ', mu: 'μ', pi: 'π', sigma: 'σ', omega: 'ω', Delta: 'Δ', Sigma: 'Σ', Omega: 'Ω', sum: '∑', radic: '√',
  check: '✓', cross: '✗', hearts: '♥', star: '☆', lbrack: '[', rbrack: ']', lbrace: '{', rbrace: '}', ast: '*', lowbar: '_', vert: '|', num: '#',
}

const pattern = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z]{1,8}\d{0,2}));/y

/** The entity at `at`, or nothing. */
export function entityAt(text: string, at: number): { text: string; length: number } | undefined {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  if (!found) return undefined
  const value = found[3] !== undefined ? nameOf(found[3]) : character(found[1] !== undefined ? Number(found[1]) : parseInt(found[2]!, 16))
  return value === undefined ? undefined : { text: value, length: found[0].length }
}

export function decodeEntities(text: string): string {
  return text.replace(/&[#\w]{1,12};/g, (entity) => entityAt(entity, 0)?.text ?? entity)
}

function nameOf(name: string): string | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined
}

function character(code: number): string {
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code)
}
