// Fetched with the first code block that closes: lowlight gives a tree, so no HTML has to be read.

import bash from 'highlight.js/lib/languages/bash'
import cpp from 'highlight.js/lib/languages/cpp'
import csharp from 'highlight.js/lib/languages/csharp'
import css from 'highlight.js/lib/languages/css'
import diff from 'highlight.js/lib/languages/diff'
import go from 'highlight.js/lib/languages/go'
import ini from 'highlight.js/lib/languages/ini'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import php from 'highlight.js/lib/languages/php'
import python from 'highlight.js/lib/languages/python'
import rust from 'highlight.js/lib/languages/rust'
import sql from 'highlight.js/lib/languages/sql'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'
import { createLowlight } from 'lowlight'

import { piecesOf } from './characters'
import type { Colours } from './environment'

const grammars = { bash, cpp, csharp, css, diff, go, ini, java, javascript, json, php, python, rust, sql, typescript, xml, yaml }
const lowlight = createLowlight(grammars)

type Tree = ReturnType<typeof lowlight.highlight>
type TreeNode = Tree['children'][number]

export const colours: Colours = (doc, language, code) => {
  if (!lowlight.registered(language)) return undefined
  return lowlight.highlight(language, code).children.flatMap((node) => nodesOf(doc, node))
}

function nodesOf(doc: Document, node: TreeNode): Node[] {
  if (node.type === 'text') return textNodes(doc, node.value)
  if (node.type !== 'element') return []
  const span = doc.createElement('span')
  const names = (node.properties['className'] as string[] | undefined) ?? []
  span.setAttribute('class', names.filter((name) => /^[\w-]{1,40}$/.test(name)).join(' '))
  for (const child of node.children) span.append(...nodesOf(doc, child))
  return [span]
}

function textNodes(doc: Document, text: string): Node[] {
  return piecesOf(text).map((piece) => {
    if (piece.code === undefined) return doc.createTextNode(piece.text)
    const badge = doc.createElement('span')
    badge.setAttribute('class', 'md-hidden')
    badge.append(doc.createTextNode(piece.code))
    return badge
  })
}
