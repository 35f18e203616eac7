// A block on the page: it owns elements of the answer, or nodes at the end of the element that it goes on with.

import type { Block } from './block'
import { draw, updateAll, type Drawn } from './draw_block'
import { drawInline } from './draw_inline'
import type { Context } from './environment'
import { parseBlock } from './parse'
import type { BlockNode, References } from './tree'

export class PlacedBlock {
  private drawn: Drawn[] = []
  private joined: ChildNode[] = []
  private host: Drawn | undefined
  private references = 0

  constructor(private readonly root: Element) {}

  /** What a block after this one may go on with. */
  get last(): Drawn | undefined {
    return this.host ?? this.drawn.at(-1)
  }

  /** `before`: what this block goes on with, if it joins. `references`: where its definitions go. */
  show(block: Block, before: Drawn | undefined, context: Context, references: References): void {
    const nodes = parseBlock(block, references)
    this.references = context.references.size
    for (const node of this.joined) node.remove()
    this.joined = []
    this.host = block.joins !== '' && nodes.length === 1 && canHost(before, nodes[0]!) ? before : undefined
    this.drawn = updateAll(this.root, this.drawn, this.host ? [] : nodes, context)
    if (this.host) this.joined = join(nodes[0]!, this.host, block.joins === 'line' ? '' : '\n', context)
  }

  /** Draws anew what may hold links whose addresses were defined later. */
  showReferences(block: Block, context: Context): void {
    const same = this.references === context.references.size || !block.text.includes('[') || block.kind === 'code'
    if (same || this.host || this.drawn.some((each) => each.shared)) return
    this.references = context.references.size
    const anew = parseBlock(block, new Map(context.references)).map((node) => draw(node, context))
    this.drawn.forEach((old, index) => old.element.replaceWith(anew[index]!.element))
    this.drawn = anew
  }

  remove(): void {
    for (const node of this.joined) node.remove()
    for (const each of this.drawn) each.element.remove()
  }
}

function canHost(before: Drawn | undefined, node: BlockNode): boolean {
  if (!before?.host) return false
  const old = before.node
  if (node.type === 'paragraph') return old.type === 'paragraph' || old.type === 'heading'
  return (node.type === 'table' && old.type === 'table') || (node.type === 'list' && old.type === 'list' && old.ordered === node.ordered)
}

function join(node: BlockNode, before: Drawn, glue: string, context: Context): ChildNode[] {
  const host = before.host!
  const count = host.childNodes.length
  before.shared = true
  if ('children' in node) for (const child of node.children) host.append(draw(child, context).element)
  else drawInline(host, glue + node.source, context)
  return [...host.childNodes].slice(count)
}
