// What somebody typed or pasted, as the server takes it.

const titleLength = 60
const titleBytes = 200 - 3 // the server's limit, with room for "…"

// JSON of halves of characters, and of NUL, is refused.
export const wellFormed = (text: string): string => text.replace(/[\p{Surrogate}\0]/gu, '\ufffd')

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

// The title of a chat that begins with it: its first line, or as much of that as has room.
export function titleOf(text: string): string {
  const line = wellFormed(text).trim().split('\n', 1)[0] ?? ''
  const characters = Array.from(line)
  let kept = characters.slice(0, titleLength)
  while (bytesOf(kept.join('')) > titleBytes) kept = kept.slice(0, -1)
  if (kept.length === characters.length) return line
  const atWord = kept.lastIndexOf(' ')
  return `${kept.slice(0, atWord >= titleLength / 2 ? atWord : kept.length).join('')}…`
}
