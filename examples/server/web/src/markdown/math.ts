// Fetched with the first formula: temml makes a tree of MathML, which is copied node by node, only what a formula needs.

import 'temml/dist/Temml-Local.css'

import temml from 'temml'

import type { MathDrawer } from './environment'

const namespace = 'http://www.w3.org/1998/Math/MathML'
const names = new Set(
  `math semantics mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot munder mover munderover mtable mtr mtd mpadded mphantom
  menclose mstyle mmultiscripts mprescripts none`.split(/\s+/),
)
const attributes = new Set(
  `accent columnalign depth display displaystyle fence form height largeop linebreak linethickness lspace mathbackground mathcolor mathsize
  mathvariant maxsize minsize movablelimits notation rowspacing rspace scriptlevel separator stretchy symmetric voffset width`.split(/\s+/),
)
const styles = new Set(
  `border borderBottom borderLeft borderRight borderTop color display fontWeight justifyContent mathDepth padding paddingBottom paddingLeft
  paddingRight paddingTop textAlign whiteSpace width`.split(/\s+/),
)
const deepest = 64
const mostNodes = 2000

interface MathTree {
  type?: string
  text?: string
  attributes?: Record<string, string | number | boolean>
  classes?: string[]
  style?: Record<string, string>
  children?: MathTree[]
}

export const drawMath: MathDrawer = (doc, source, display) => {
  try {
    const options = { displayMode: display, annotate: false, throwOnError: true, trust: false, strict: false, maxExpand: 200, maxSize: [20, 400] as [number, number] }
    const tree = temml.__renderToMathMLTree(source, options) as MathTree
    const budget = { nodes: mostNodes }
    const drawn = nodesOf(doc, tree, deepest, budget)
    return drawn.length === 1 ? (drawn[0] as Element) : undefined
  } catch {
    return undefined // not readable as a formula: its source stays
  }
}

function nodesOf(doc: Document, tree: MathTree, depth: number, budget: { nodes: number }): Node[] {
  if (depth === 0 || budget.nodes-- <= 0) throw new RangeError('the formula is too large')
  if (tree.text !== undefined && !tree.type) return [doc.createTextNode(tree.text)]
  const children = (tree.children ?? []).flatMap((child) => nodesOf(doc, child, depth - 1, budget))
  if (!tree.type || !names.has(tree.type)) return children
  const made = doc.createElementNS(namespace, tree.type) as MathMLElement
  for (const [name, value] of Object.entries(tree.attributes ?? {})) if (attributes.has(name)) made.setAttribute(name, String(value))
  const classes = (tree.classes ?? []).filter((each) => /^(?:tml-|math)[\w-]{1,30}$/.test(each))
  if (classes.length > 0) made.setAttribute('class', classes.join(' '))
  for (const [name, value] of Object.entries(tree.style ?? {})) {
    if (styles.has(name) && /^[\w\s.#%-]{1,60}$/.test(value)) made.style[name as 'color'] = value
  }
  made.append(...children)
  return [made]
}
