/**
 * Whether a line that is still arriving may become something else than it looks: `-` a heading's underline, a rule or an item,
 * `|` a table. It is shown with its next characters, so that nothing flickers.
 */
export function mayBecomeOther(line: string): boolean {
  return /^[ \t]{0,12}(?:[-=*_+]{1,3}|[-=]+|#{1,6}|`{1,3}[^`]*|~{1,3}|>|\d{1,9}[.)]?|\||\\|\$)[ \t]*$/.test(line) || /^ {0,3}\|?[ \t:|-]+$/.test(line)
}
