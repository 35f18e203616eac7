// From a block to its tree. Quotes and items are split again, to a bounded depth.

import { splitBlocks, type Block } from './blocks'
import { bulletOf, cellsOf, headingOf, indentOf, isBlank, outdent, underlineOf } from './lines'
import { FenceWatch } from './fence_watch'
import type { Align, BlockNode, References } from './tree'

/** What is nested deeper is shown as it is written. */
export const deepestBlock = 16
const mostReferences = 500

export function parseBlock(block: Block, references: References, depth = 0): BlockNode[] {
  const { text } = block
  if (depth >= deepestBlock) return [{ type: 'plain', source: text }]
  switch (block.kind) {
    case 'paragraph':
      return block.joins !== '' ? [{ type: 'paragraph', source: text }] : withoutDefinitions(text, references)
    case 'heading':
      return [headingNode(text)]
    case 'rule':
      return [{ type: 'rule', source: '' }]
    case 'code':
      return [{ type: 'code', source: text, info: block.fence?.info ?? '', closed: block.closed }]
    case 'indented':
      return [{ type: 'code', source: text.split('\n').map((line) => outdent(line, 4)).join('\n'), info: '', closed: true }]
    case 'math':
      return [{ type: 'math', source: text.trim().slice(2, -2).trim() }]
    case 'quote':
      return [{ type: 'quote', source: text, children: parseNested(text.replace(/^ {0,3}> ?/gm, ''), references, depth) }]
    case 'list':
      return [listNode(block, references, depth)]
    case 'table':
      return [tableNode(block)]
  }
}

function parseNested(text: string, references: References, depth: number): BlockNode[] {
  if (depth + 1 >= deepestBlock) return isBlank(text) ? [] : [{ type: 'plain', source: text }]
  return splitBlocks(text).flatMap((block) => parseBlock(block, references, depth + 1))
}

function headingNode(text: string): BlockNode {
  const lines = text.split('\n')
  const level = lines.length > 1 ? underlineOf(lines.at(-1)!) : undefined
  if (level) return { type: 'heading', level, source: trimLines(lines.slice(0, -1).join('\n')) }
  const heading = headingOf(text)!
  return { type: 'heading', level: heading.level, source: heading.text }
}

/** Definitions of links stand before the text of a paragraph, each on a line. */
function withoutDefinitions(text: string, references: References): BlockNode[] {
  const nodes: BlockNode[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf('\n')
    const line = end < 0 ? rest : rest.slice(0, end)
    const found = /^ {0,3}\[([^[\]\\]{1,200})\]:[ \t]*(?:<([^<>\n]+)>|([^\s<]\S*))(?:[ \t]+("[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$/.exec(line)
    if (!found || isBlank(found[1]!)) break
    const href = found[2] ?? found[3]!
    const label = normalLabel(found[1]!)
    const title = found[4]?.slice(1, -1) ?? ''
    if (!references.has(label) && references.size < mostReferences) references.set(label, href)
    nodes.push({ type: 'definition', source: line, label: found[1]!, href, title })
    rest = end < 0 ? '' : rest.slice(end + 1)
  }
  if (rest !== '') nodes.push({ type: 'paragraph', source: trimLines(rest) })
  return nodes
}

export function normalLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase()
}

function trimLines(text: string): string {
  return text.replace(/^[ \t]+/gm, '').trimEnd()
}

function listNode(block: Block, references: References, depth: number): BlockNode {
  const items: string[][] = []
  const fence = new FenceWatch()
  let content = 0
  for (const line of block.text.split('\n')) {
    const bullet = fence.open || (items.length > 0 && indentOf(line) >= content) ? undefined : bulletOf(line)
    if (bullet) {
      content = bullet.content
      items.push([line.slice(bullet.content)])
    } else items.at(-1)!.push(outdent(line, content))
    fence.follow(line)
  }
  const first = bulletOf(block.text.split('\n', 1)[0]!)!
  const children: BlockNode[] = []
  let loose = false
  items.forEach((lines, index) => {
    const blocks = depth + 1 >= deepestBlock ? undefined : splitBlocks(lines.join('\n'))
    loose ||= (index < items.length - 1 && isBlank(lines.at(-1)!) && lines.length > 1) || (blocks?.slice(1).some((each) => each.blankBefore) ?? false)
    children.push(itemNode(lines.join('\n'), blocks, references, depth))
  })
  return { type: 'list', source: block.text, ordered: first.number !== undefined, start: first.number ?? 1, loose, children }
}

function itemNode(text: string, blocks: Block[] | undefined, references: References, depth: number): BlockNode {
  if (!blocks) return { type: 'item', source: text, task: '', children: isBlank(text) ? [] : [{ type: 'plain', source: text }] }
  const first = blocks[0]
  const box = first?.kind === 'paragraph' ? /^\[([ xX])\][ \t]+(?=\S)/.exec(first.text) : null
  if (box) first!.text = first!.text.slice(box[0].length)
  const task = box ? (box[1] === ' ' ? 'open' : 'done') : ''
  return { type: 'item', source: text, task, children: blocks.flatMap((each) => parseBlock(each, references, depth + 1)) }
}

function tableNode(block: Block): BlockNode {
  const [header = '', delimiter = ''] = (block.head ?? block.text).split('\n', 2)
  const aligns = cellsOf(delimiter).map(alignOf)
  const rows = block.text.split('\n').slice(block.joins !== '' ? 0 : 2)
  const children = rows.map((row): BlockNode => ({ type: 'row', source: row, cells: exactly(cellsOf(row), aligns.length), aligns }))
  return { type: 'table', source: block.text, aligns, head: exactly(cellsOf(header), aligns.length), children }
}

/** A row has as many cells as the header; what is more stays visible in its last one. */
function exactly(cells: string[], count: number): string[] {
  if (cells.length > count) return [...cells.slice(0, count - 1), cells.slice(count - 1).join('|')]
  return [...cells, ...Array<string>(count - cells.length).fill('')]
}

function alignOf(cell: string): Align {
  if (cell.startsWith(':')) return cell.endsWith(':') ? 'center' : 'left'
  return cell.endsWith(':') ? 'right' : ''
}
