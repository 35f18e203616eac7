// Characters that cannot be seen, or that turn the order of others, are shown by their numbers. Those that writing needs stay.

const hidden = new RegExp(
  '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb' +
    '\\u{e0000}-\\u{e007f}\\u{e0100}-\\u{e01ef}\\ud800-\\udfff]+',
  'gu',
)
const joinedScripts =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u
const picture = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

export interface Piece {
  text: string
  /** Set for characters that are shown by their numbers: `U+202E`, and how often. */
  code?: string
}

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const run of text.matchAll(hidden)) {
    const end = run.index + run[0].length
    if (belongs(text, run.index, end)) continue
    if (run.index > from) pieces.push({ text: text.slice(from, run.index) })
    pieces.push({ text: run[0], code: codeOf(run[0]) })
    from = end
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

/** Whether writing needs these: joiners between letters or pictures, marks of direction beside right-to-left text, a flag's letters. */
function belongs(text: string, start: number, end: number): boolean {
  const run = text.slice(start, end)
  const before = characterBefore(text, start)
  const after = String.fromCodePoint(text.codePointAt(end) ?? 0x20)
  if (run === '\u200d') return (picture.test(before) && picture.test(after)) || joinedScripts.test(before)
  if (run === '\u200c') return joinedScripts.test(before)
  if (/^[\u200e\u200f\u061c]$/.test(run)) return rightToLeft.test(lineAround(text, start, end))
  if (before === '\u{1f3f4}') return /^[\u{e0061}-\u{e007a}]{2,6}\u{e007f}$/u.test(run)
  return /^[\u{e0100}-\u{e01ef}]$/u.test(run) && /\p{Script=Han}/u.test(before)
}

/** What stands near, on the same line. */
function lineAround(text: string, start: number, end: number): string {
  return text.slice(Math.max(0, start - 64), start).split('\n').at(-1)! + text.slice(end, end + 64).split('\n', 1)[0]!
}

function characterBefore(text: string, at: number): string {
  if (at === 0) return ' '
  const low = text.charCodeAt(at - 1)
  return low >= 0xdc00 && low < 0xe000 && at > 1 ? text.slice(at - 2, at) : text[at - 1]!
}

function codeOf(run: string): string {
  const characters = [...run]
  const first = 'U+' + characters[0]!.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return characters.length > 1 ? `${first} ×${characters.length}` : first
}
