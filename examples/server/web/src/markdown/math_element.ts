import { element, type Context } from './environment'

/** A formula: its source until the drawer is there, and for good if it cannot be read. */
export function mathElement(text: string, source: string, display: boolean, context: Context): Element {
  const { document: doc, math } = context
  const holder = element(doc, 'span', display ? 'md-math md-math-block' : 'md-math')
  if (display) {
    holder.setAttribute('role', 'group')
    holder.setAttribute('tabindex', '0')
    holder.setAttribute('aria-label', context.labels.formula)
  }
  const draw = (): boolean => {
    const drawn = math.ready?.(doc, text, display)
    if (drawn) holder.replaceChildren(drawn)
    return drawn !== undefined
  }
  if (math.ready ? draw() : false) return holder
  const plain = element(doc, 'code', 'md-span')
  plain.append(doc.createTextNode(source))
  holder.append(plain)
  if (!math.ready) void math.load().then(draw)
  return holder
}
