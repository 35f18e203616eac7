// Draws the tree of a block, and brings a drawn one up to date: what has not changed keeps its nodes, and with them a selection.

import { CodeView } from './code_view'
import { appendInline, appendText, drawInline } from './draw_inline'
import { element, type Context } from './environment'
import { mathElement } from './math_element'
import type { Align, BlockNode } from './tree'

export interface Drawn {
  node: BlockNode
  element: Element
  /** Where children stand. */
  host?: Element
  children?: Drawn[]
  code?: CodeView
  /** Blocks that came later stand within it. */
  shared?: boolean
}

/** An answer's first heading is below the heading of its message. */
const headingBelow = 2

export function updateAll(host: Element, before: readonly Drawn[], nodes: readonly BlockNode[], context: Context): Drawn[] {
  const after = nodes.map((node, index): Drawn => {
    const old = before[index]
    const kept = old && update(old, node, context)
    if (kept) return kept
    const made = draw(node, context)
    if (old) old.element.replaceWith(made.element)
    else host.append(made.element)
    return made
  })
  for (const old of before.slice(nodes.length)) old.element.remove()
  return after
}

/** The same drawing with what is new in it, or nothing if it has to be drawn anew. */
function update(drawn: Drawn, node: BlockNode, context: Context): Drawn | undefined {
  const old = drawn.node
  if (old.type !== node.type) return undefined
  if (old.source === node.source && sameFrame(old, node)) return drawn
  if (node.type === 'code' && old.type === 'code' && old.info === node.info && drawn.code) {
    drawn.code.update(node.source, node.closed)
    return { ...drawn, node }
  }
  if (!('children' in node) || !drawn.host || !drawn.children || !sameFrame(old, node)) return undefined
  if (node.type === 'list') markLoose(drawn.element, node.loose)
  return { ...drawn, node, children: updateAll(drawn.host, drawn.children, node.children, context) }
}

/** What stands around the children, but how loose a list is. */
function sameFrame(a: BlockNode, b: BlockNode): boolean {
  if (a.type === 'heading') return b.type === 'heading' && a.level === b.level
  if (a.type === 'code') return b.type === 'code' && a.info === b.info && a.closed === b.closed
  if (a.type === 'list') return b.type === 'list' && a.ordered === b.ordered && a.start === b.start
  if (a.type === 'item') return b.type === 'item' && a.task === b.task
  if (a.type === 'table') return b.type === 'table' && a.head.join('|') === b.head.join('|') && a.aligns.join() === b.aligns.join()
  if (a.type === 'row') return b.type === 'row' && a.aligns.join() === b.aligns.join()
  return a.type === b.type
}

export function draw(node: BlockNode, context: Context): Drawn {
  const doc = context.document
  switch (node.type) {
    case 'paragraph':
      return withText(node, text(element(doc, 'p'), node.source, context))
    case 'plain': {
      const plain = element(doc, 'p', 'md-plain')
      appendText(plain, node.source, context)
      return withText(node, plain)
    }
    case 'heading':
      return withText(node, text(element(doc, `h${Math.min(6, node.level + headingBelow) as 3 | 4 | 5 | 6}`, `md-h${node.level}`), node.source, context))
    case 'rule':
      return { node, element: element(doc, 'hr') }
    case 'code': {
      const code = new CodeView(node.info, context)
      code.update(node.source, node.closed)
      return { node, element: code.element, code }
    }
    case 'math': {
      const paragraph = element(doc, 'p')
      paragraph.append(mathElement(node.source, node.source, true, context))
      return { node, element: paragraph }
    }
    case 'definition':
      return { node, element: definition(node, context) }
    case 'quote':
      return withChildren(node, directed(element(doc, 'blockquote')), undefined, node.children, context)
    case 'list':
      return list(node, context)
    case 'item':
      return item(node, context)
    case 'table':
      return table(node, context)
    case 'row':
      return { node, element: row(node, context) }
  }
}

/** Bars, bullets and first columns stand where its text begins; lines find their own direction (prose.css). */
function directed<E extends Element>(made: E): E {
  made.setAttribute('dir', 'auto')
  return made
}

function withText(node: BlockNode, made: HTMLElement): Drawn {
  return { node, element: made, host: made }
}

function text<E extends Element>(into: E, source: string, context: Context): E {
  drawInline(into, source, context)
  return into
}

function withChildren(node: BlockNode, outer: Element, host: Element | undefined, children: readonly BlockNode[], context: Context): Drawn {
  const inner = host ?? outer
  return { node, element: outer, host: inner, children: updateAll(inner, [], children, context) }
}

function definition(node: Extract<BlockNode, { type: 'definition' }>, context: Context): Element {
  const line = element(context.document, 'p', 'md-source')
  appendText(line, `[${node.label}]: `, context)
  appendInline(line, { type: 'link', href: node.href, title: node.title, children: [{ type: 'text', text: node.href }] }, context)
  return line
}

function list(node: Extract<BlockNode, { type: 'list' }>, context: Context): Drawn {
  const outer = directed(element(context.document, node.ordered ? 'ol' : 'ul'))
  if (node.ordered && node.start !== 1) outer.setAttribute('start', String(node.start))
  markLoose(outer, node.loose)
  return withChildren(node, outer, undefined, node.children, context)
}

function markLoose(list: Element, loose: boolean): void {
  list.setAttribute('class', loose ? 'md-loose' : 'md-tight')
}

function item(node: Extract<BlockNode, { type: 'item' }>, context: Context): Drawn {
  const doc = context.document
  const outer = element(doc, 'li')
  if (node.task === '') return withChildren(node, outer, undefined, node.children, context)
  outer.setAttribute('class', 'md-task')
  const box = element(doc, 'input')
  box.setAttribute('type', 'checkbox')
  box.setAttribute('disabled', '')
  if (node.task === 'done') box.setAttribute('checked', '')
  box.setAttribute('aria-label', node.task === 'done' ? context.labels.done : context.labels.notDone)
  const body = element(doc, 'div')
  outer.append(box, body)
  return withChildren(node, outer, body, node.children, context)
}

function table(node: Extract<BlockNode, { type: 'table' }>, context: Context): Drawn {
  const doc = context.document
  const outer = element(doc, 'div', 'md-table')
  outer.setAttribute('role', 'group')
  outer.setAttribute('tabindex', '0')
  outer.setAttribute('aria-label', context.labels.table)
  const head = element(doc, 'thead')
  const headRow = element(doc, 'tr')
  node.head.forEach((source, index) => {
    const cell = cellOf('th', source, node.aligns[index] ?? '', context)
    cell.setAttribute('scope', 'col')
    headRow.append(cell)
  })
  head.append(headRow)
  const body = element(doc, 'tbody')
  const inner = directed(element(doc, 'table'))
  inner.append(head, body)
  outer.append(inner)
  return withChildren(node, outer, body, node.children, context)
}

function row(node: Extract<BlockNode, { type: 'row' }>, context: Context): Element {
  const made = element(context.document, 'tr')
  node.cells.forEach((source, index) => made.append(cellOf('td', source, node.aligns[index] ?? '', context)))
  return made
}

function cellOf(name: 'td' | 'th', source: string, align: Align, context: Context): HTMLElement {
  const cell = element(context.document, name, align === '' ? '' : `md-${align}`)
  return text(cell, source, context)
}
