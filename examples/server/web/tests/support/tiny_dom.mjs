// As much of the DOM as drawing needs, and nothing that could read HTML.

class TinyNode {
  parentNode = null

  remove() {
    const siblings = this.parentNode?.childNodes
    if (siblings) siblings.splice(siblings.indexOf(this), 1)
    this.parentNode = null
  }

  replaceWith(...nodes) {
    const parent = this.parentNode
    const at = parent.childNodes.indexOf(this)
    for (const node of nodes) node.remove()
    parent.childNodes.splice(at, 1, ...nodes)
    this.parentNode = null
    for (const node of nodes) node.parentNode = parent
  }
}

class TinyText extends TinyNode {
  constructor(data) {
    super()
    this.data = String(data)
  }

  get textContent() {
    return this.data
  }
}

class TinyElement extends TinyNode {
  childNodes = []
  attributes = new Map()
  style = {}
  listeners = new Map()

  constructor(name) {
    super()
    this.localName = name
  }

  append(...nodes) {
    for (const node of nodes) {
      if (!(node instanceof TinyNode)) throw new TypeError('only nodes are appended')
      node.remove()
      node.parentNode = this
      this.childNodes.push(node)
    }
  }

  replaceChildren(...nodes) {
    for (const node of this.childNodes.splice(0)) node.parentNode = null
    this.append(...nodes)
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value))
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null
  }

  addEventListener(kind, run) {
    this.listeners.set(kind, run)
  }

  get textContent() {
    return this.childNodes.map((node) => node.textContent).join('')
  }

  set textContent(text) {
    this.replaceChildren(...(text === '' ? [] : [new TinyText(text)]))
  }
}

export const tinyDocument = {
  createElement: (name) => new TinyElement(name),
  createElementNS: (_, name) => new TinyElement(name),
  createTextNode: (data) => new TinyText(data),
}

export function isText(node) {
  return node instanceof TinyText
}

// Every element and text below `node`.
export function* below(node) {
  for (const child of node.childNodes ?? []) {
    yield child
    yield* below(child)
  }
}

// The tree in one string, neighbouring texts as one: two trees are the same when these are.
export function written(node) {
  if (isText(node)) return node.data
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}=${JSON.stringify(value)}`).sort()
  const style = Object.entries(node.style).map(([name, value]) => ` ${name}:${value}`)
  let text = ''
  let inside = ''
  for (const child of node.childNodes) {
    if (isText(child)) text += child.data
    else {
      inside += (text && JSON.stringify(text)) + written(child)
      text = ''
    }
  }
  return `<${node.localName}${attributes.join('')}${style.join('')}>${inside}${text && JSON.stringify(text)}</>`
}
