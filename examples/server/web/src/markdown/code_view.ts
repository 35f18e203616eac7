// A block of code: grows line by line while it streams, gets its colours once it is closed.

import { copyText, download } from '../ui/handing'
import { appendText } from './draw_inline'
import { element, type Context } from './environment'
import { languageOf } from './languages'

/** Lines that are laid out together: the browser lays out only the group that grows. */
const linesOfGroup = 64
const longestColoured = 48 * 1024

export class CodeView {
  readonly element: HTMLElement
  private readonly code: HTMLElement
  private text = ''
  private drawn = 0
  private group: HTMLElement | undefined
  private linesInGroup = 0
  /** The last line, which is drawn again with each of its pieces. */
  private tail: HTMLElement | undefined
  private coloured = false

  constructor(private readonly info: string, private readonly context: Context) {
    const { document: doc, labels } = context
    const language = languageOf(info)
    this.element = element(doc, 'figure', 'md-code')
    const head = element(doc, 'figcaption', 'md-code-head')
    const name = element(doc, 'span', 'md-code-name')
    appendText(name, language.name === '' ? labels.code('') : language.name, context)
    if (info !== '') name.setAttribute('title', info)
    head.append(name, this.tools())
    const frame = element(doc, 'pre')
    frame.setAttribute('tabindex', '0')
    frame.setAttribute('role', 'group')
    frame.setAttribute('aria-label', labels.code(language.name))
    frame.setAttribute('dir', 'ltr')
    this.code = element(doc, 'code')
    frame.append(this.code)
    this.element.append(head, frame)
  }

  update(text: string, closed: boolean): void {
    if (!text.startsWith(this.text) || this.coloured) this.clear()
    this.text = text
    const whole = closed ? text.length : text.lastIndexOf('\n') + 1
    this.dropTail()
    if (whole > this.drawn) this.appendLines(text.slice(this.drawn, whole))
    this.drawn = whole
    if (whole < text.length) this.appendTail(text.slice(whole))
    if (closed) this.colour()
  }

  private appendTail(text: string): void {
    this.tail = element(this.context.document, 'span', 'md-lines')
    appendText(this.tail, text, this.context)
    this.code.append(this.tail)
  }

  private dropTail(): void {
    this.tail?.remove()
    this.tail = undefined
  }

  private clear(): void {
    this.code.replaceChildren()
    this.group = this.tail = undefined
    this.drawn = 0
    this.coloured = false
  }

  private appendLines(text: string): void {
    let from = 0
    while (from < text.length) {
      const group = this.groupWithRoom()
      const { end, lines } = this.linesThatFit(text, from)
      appendText(group, text.slice(from, end), this.context)
      this.linesInGroup += lines
      from = end
    }
  }

  private groupWithRoom(): HTMLElement {
    if (this.group && this.linesInGroup < linesOfGroup) return this.group
    this.group = element(this.context.document, 'span', 'md-lines')
    this.code.append(this.group)
    this.linesInGroup = 0
    return this.group
  }

  private linesThatFit(text: string, from: number): { end: number; lines: number } {
    let end = from
    let lines = 0
    while (end < text.length && this.linesInGroup + lines < linesOfGroup) {
      const at = text.indexOf('\n', end)
      end = at < 0 ? text.length : at + 1
      lines++
    }
    return { end, lines }
  }

  private colour(): void {
    const language = languageOf(this.info).grammar
    const { text, context } = this
    if (language === undefined || text.length > longestColoured || text === '') return
    const paint = (): void => {
      if (this.text !== text || this.coloured) return
      const nodes = context.colours.ready?.(context.document, language, text)
      if (!nodes) return
      this.clear()
      this.code.append(...nodes)
      this.drawn = text.length
      this.coloured = true
    }
    void context.colours.load().then(() => context.idle(paint))
  }

  private tools(): HTMLElement {
    const { document: doc, labels } = this.context
    const tools = element(doc, 'span', 'md-code-tools')
    const wrap = this.button(labels.wrap, () => {
      const on = !this.element.classList.contains('md-wrapped')
      this.element.classList.toggle('md-wrapped', on)
      wrap.setAttribute('aria-pressed', String(on))
    })
    wrap.setAttribute('aria-pressed', 'false')
    const keep = this.button(labels.download, () => download(this.file(), `code.${languageOf(this.info).extension}`, doc))
    const copy = this.button(labels.copy, () => void copyText(this.text, doc).then((done) => this.say(copy, done ? labels.copied : labels.copyFailed)))
    copy.setAttribute('aria-live', 'polite')
    tools.append(wrap, keep, copy)
    return tools
  }

  private file(): Blob {
    return new Blob([this.text], { type: 'text/plain;charset=utf-8' })
  }

  private button(label: string, act: () => void): HTMLButtonElement {
    const button = element(this.context.document, 'button')
    button.setAttribute('type', 'button')
    button.append(this.context.document.createTextNode(label))
    button.addEventListener('click', act)
    return button
  }

  private say(button: HTMLButtonElement, text: string): void {
    button.textContent = text
    setTimeout(() => (button.textContent = this.context.labels.copy), 2000)
  }
}
