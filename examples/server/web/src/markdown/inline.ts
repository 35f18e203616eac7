// The text of a paragraph, heading or cell: one pass from left to right. What is not closed stays as it is written.

import { decodeEntities, entityAt } from './entities'
import { deepestEmphasis, delimiterOf, depthOf, noteDepth, pairDelimiters, type Item } from './emphasis'
import { linkPartsAt, linkTo, withoutLinks } from './link_parts'
import { bracketMath, Closers, codeText, CodeSpans, dollarMath, trimAddress, type Taken } from './literals'
import { normalLabel } from './parse'
import type { Inline, References } from './tree'

interface Opener {
  place: number
  image: boolean
  /** Of the text after the bracket. */
  from: number
}

const special = /[\\`*_~[\]!<&$\n]/g
const address = /(?<![\p{L}\p{N}])(?:https?:\/\/|www\.)[^\s<>"`[\]\u3000-\u303f\uff00-\uffef]+/giu
const angled = /<(?:([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]{1,2048})|([\w.+-]{1,64}@[\w.-]{1,255}))>/y
const raised = /<(sub|sup)>([^<>\n]{1,200})<\/\1>/iy
const lineBreak = /<br[ ]{0,4}\/?>/iy
const longestLabel = 200

export function parseInline(text: string, references: References): Inline[] {
  if (!/[\\`*_~[\]!<&$\n]|:\/\/|www\./i.test(text)) return text === '' ? [] : [{ type: 'text', text }]
  return new InlineParser(text, references).parse()
}

class InlineParser {
  private at = 0
  private readonly items: Item[] = []
  private readonly brackets: Opener[] = []
  /** Brackets below this place hold a link already: they are none. */
  private linked = 0
  private readonly code: CodeSpans
  private readonly closers: Closers
  private nextAddress: RegExpExecArray | null | undefined

  constructor(private readonly text: string, private readonly references: References) {
    this.code = new CodeSpans(text)
    this.closers = new Closers(text)
  }

  parse(): Inline[] {
    while (this.at < this.text.length) this.step()
    return pairDelimiters(this.items)
  }

  private step(): void {
    special.lastIndex = this.at
    const next = special.exec(this.text)?.index ?? this.text.length
    const found = this.addressFrom()
    if (found && found.index <= next) {
      this.say(found.index)
      this.takeAddress(found[0])
    } else if (next > this.at) this.say(next)
    else this.takeSpecial(this.text[this.at]!)
  }

  private say(until: number): void {
    if (until > this.at) this.items.push({ type: 'text', text: this.text.slice(this.at, until) })
    this.at = until
  }

  private addressFrom(): RegExpExecArray | null {
    if (this.nextAddress === undefined || (this.nextAddress && this.nextAddress.index < this.at)) {
      address.lastIndex = this.at
      this.nextAddress = address.exec(this.text)
    }
    return this.nextAddress
  }

  private takeAddress(whole: string): void {
    const shown = trimAddress(whole)
    const href = /^www\./i.test(shown) ? 'https://' + shown : shown
    if (!/^https?:\/\/[^/?#]/i.test(href)) return this.say(this.at + whole.length)
    this.items.push(linkTo(decodeEntities(href), shown))
    this.at += shown.length
  }

  private takeSpecial(mark: string): void {
    switch (mark) {
      case '\\': return this.takeEscape()
      case '`': return this.takeCode()
      case '$': return this.takeOr(dollarMath(this.text, this.at, this.closers), this.text[this.at + 1] === '$' ? 2 : 1)
      case '*': case '_': case '~': return this.takeDelimiter(mark)
      case '&': return this.takeEntity()
      case '<': return this.takeAngle()
      case '\n': return this.takeLineEnd()
      case '[': return this.open(1)
      case '!': return this.text[this.at + 1] === '[' ? this.open(2) : this.say(this.at + 1)
      default: return this.takeClosing()
    }
  }

  private takeOr(taken: Taken | undefined, otherwise: number): void {
    if (!taken) return this.say(this.at + otherwise)
    this.items.push(taken.node)
    this.at += taken.length
  }

  private takeEscape(): void {
    const next = this.text[this.at + 1] ?? ''
    const math = next === '(' || next === '[' ? bracketMath(this.text, this.at, this.closers) : undefined
    if (math) return this.takeOr(math, 1)
    if (next === '\n') this.items.push({ type: 'break' })
    else if (/[!-/:-@[-`{-~]/.test(next)) this.items.push({ type: 'text', text: next })
    else return this.say(this.at + 1)
    this.at += 2
  }

  private takeCode(): void {
    let end = this.at
    while (this.text[end] === '`') end++
    const length = end - this.at
    const close = this.code.closing(length, end)
    if (close === undefined) return this.say(end)
    this.items.push({ type: 'code', text: codeText(this.text.slice(end, close)) })
    this.at = close + length
  }

  private takeDelimiter(mark: string): void {
    let end = this.at
    while (this.text[end] === mark) end++
    this.items.push(delimiterOf(this.text, this.at, end))
    this.at = end
  }

  private takeEntity(): void {
    const entity = entityAt(this.text, this.at)
    if (!entity) return this.say(this.at + 1)
    this.items.push({ type: 'text', text: entity.text })
    this.at += entity.length
  }

  private takeAngle(): void {
    const link = this.match(angled)
    const script = link ? null : this.match(raised)
    const found = link ?? script ?? this.match(lineBreak)
    if (!found) return this.say(this.at + 1)
    if (link) this.items.push(linkTo(link[1] ?? 'mailto:' + link[2]!, link[1] ?? link[2]!))
    else if (script) this.items.push({ type: script[1]!.toLowerCase() as 'sub' | 'sup', children: [{ type: 'text', text: decodeEntities(script[2]!) }] })
    else this.items.push({ type: 'break' })
    this.at += found[0].length
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    return pattern.exec(this.text)
  }

  private takeLineEnd(): void {
    const last = this.items.at(-1)
    const hard = last?.type === 'text' && last.text.endsWith('  ')
    if (last?.type === 'text') last.text = last.text.replace(/ {1,64}$/, '')
    this.items.push(hard ? { type: 'break' } : { type: 'text', text: '\n' })
    this.at++
  }

  private open(length: 1 | 2): void {
    this.brackets.push({ place: this.items.length, image: length === 2, from: this.at + length })
    this.say(this.at + length)
  }

  private takeClosing(): void {
    const opener = this.brackets.pop()
    const active = opener && (opener.image || this.brackets.length >= this.linked)
    this.linked = Math.min(this.linked, this.brackets.length)
    const target = active ? this.targetAfter(opener) : undefined
    if (!opener || !target) return this.say(this.at + 1)
    const children = pairDelimiters(this.items.slice(opener.place + 1))
    const depth = depthOf(children) + 1
    if (depth > deepestEmphasis) {
      this.brackets.length = this.linked = 0 // what opened before would be deeper still
      return this.say(this.at + 1)
    }
    this.items.length = opener.place
    const href = decodeEntities(target.href)
    const title = decodeEntities(target.title)
    const node: Inline = opener.image
      ? { type: 'image', href, title, alt: this.text.slice(opener.from, this.at) }
      : { type: 'link', href, title, children: withoutLinks(children) }
    noteDepth(node, opener.image ? 1 : depth)
    this.items.push(node)
    this.at = target.end
    if (!opener.image) this.linked = this.brackets.length
  }

  private targetAfter(opener: Opener): { href: string; title: string; end: number } | undefined {
    const parts = linkPartsAt(this.text, this.at + 1)
    if (parts || this.references.size === 0) return parts
    const second = this.text[this.at + 1] === '[' ? this.text.slice(this.at + 2, this.at + 2 + longestLabel).split(']', 1)[0]! : undefined
    const closed = second !== undefined && this.text[this.at + 2 + second.length] === ']'
    const own = this.at - opener.from <= longestLabel ? this.text.slice(opener.from, this.at) : ''
    const known = this.references.get(normalLabel(closed && second !== '' ? second! : own))
    return known === undefined ? undefined : { href: known, title: '', end: closed ? this.at + 3 + second!.length : this.at + 1 }
  }
}
