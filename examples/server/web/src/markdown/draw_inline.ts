// Text within a block becomes nodes: created one by one, never read from a string of HTML.

import { piecesOf } from './characters'
import { element, type Context } from './environment'
import { parseInline } from './inline'
import { pictureOf, pretends, targetOf } from './links'
import { mathElement } from './math_element'
import type { Inline } from './tree'

export function drawInline(into: Element, source: string, context: Context): void {
  appendInlines(into, parseInline(source, context.references), context)
}

/** Text, with what cannot be seen in it made visible. */
export function appendText(into: Element, text: string, { document: doc, labels }: Context): void {
  for (const piece of piecesOf(text)) {
    if (piece.code === undefined) {
      into.append(doc.createTextNode(piece.text))
      continue
    }
    const badge = element(doc, 'span', 'md-hidden')
    badge.setAttribute('title', labels.hidden(piece.code))
    badge.append(doc.createTextNode(piece.code))
    into.append(badge)
  }
}

function appendInlines(into: Element, nodes: readonly Inline[], context: Context): void {
  for (const node of nodes) appendInline(into, node, context)
}

export function appendInline(into: Element, node: Inline, context: Context): void {
  const doc = context.document
  switch (node.type) {
    case 'text':
      return appendText(into, node.text, context)
    case 'break':
      return into.append(element(doc, 'br'))
    case 'code': {
      const code = element(doc, 'code', 'md-span')
      appendText(code, node.text, context)
      return into.append(code)
    }
    case 'math':
      return into.append(mathElement(node.text, node.source, node.display, context))
    case 'link':
      return appendLink(into, node, context)
    case 'image':
      return appendImage(into, node, context)
    default: {
      const made = element(doc, node.type)
      appendInlines(made, node.children, context)
      into.append(made)
    }
  }
}

type Link = Extract<Inline, { type: 'link' }>
type Image = Extract<Inline, { type: 'image' }>

function appendLink(into: Element, node: Link, context: Context): void {
  const target = targetOf(node.href)
  if (!target) {
    appendInlines(into, node.children, context)
    return appendAside(into, node.href, context)
  }
  const link = anchor(target.href, target.host, context)
  appendInlines(link, node.children, context)
  into.append(link)
  if (node.title !== '') appendAside(into, node.title, context)
  if (pretends(link.textContent ?? '', target.host)) appendAside(into, target.host, context)
}

function anchor(href: string, host: string, { document: doc }: Context): HTMLAnchorElement {
  const link = element(doc, 'a')
  link.setAttribute('href', href)
  link.setAttribute('rel', 'noopener noreferrer nofollow')
  link.setAttribute('target', '_blank')
  link.setAttribute('title', host)
  link.setAttribute('data-host', host)
  return link
}

/** What a link would hide is shown beside it. */
function appendAside(into: Element, text: string, context: Context): void {
  const aside = element(context.document, 'span', 'md-aside')
  appendText(aside, ` (${text})`, context)
  into.append(aside)
}

function appendImage(into: Element, node: Image, context: Context): void {
  const doc = context.document
  const shown = pictureOf(node.href, context.origin)
  if (shown !== undefined) {
    const image = element(doc, 'img')
    image.setAttribute('src', shown)
    image.setAttribute('alt', node.alt)
    image.setAttribute('loading', 'lazy')
    image.setAttribute('decoding', 'async')
    if (node.title !== '') image.setAttribute('title', node.title)
    return into.append(image)
  }
  const target = targetOf(node.href)
  if (!target) {
    appendText(into, node.alt, context)
    return appendAside(into, node.href.slice(0, 200), context)
  }
  const link = anchor(target.href, target.host, context)
  const label = context.labels.imageFrom(target.host)
  appendText(link, node.alt === '' ? label : `${node.alt} (${label})`, context)
  into.append(link)
  if (node.title !== '') appendAside(into, node.title, context)
}
