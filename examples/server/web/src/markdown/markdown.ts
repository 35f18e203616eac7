// The Markdown of answers, drawn as it arrives. Nothing here makes HTML: text becomes nodes, so nothing in it can run.

import { AnswerDrawing, type Drawing } from './drawing'
import { later, type Environment } from './environment'
import type { MarkdownLabels } from './labels'

export type { Drawing } from './drawing'
export type { MarkdownLabels } from './labels'

export interface DrawOptions {
  /** More text will come: `finish` says when it is all. */
  streaming?: boolean
  labels: MarkdownLabels
}

const math = later(async () => (await import('./math')).drawMath)
const colours = later(async () => (await import('./colours')).colours)

export function draw(into: HTMLElement, text: string, options: DrawOptions): Drawing {
  const drawing = new AnswerDrawing(into, browserEnvironment(into.ownerDocument, options.labels))
  into.replaceChildren()
  drawing.append(text)
  if (!options.streaming) drawing.finish()
  drawing.now()
  return drawing
}

function browserEnvironment(doc: Document, labels: MarkdownLabels): Environment {
  return {
    document: doc,
    origin: location.origin,
    labels,
    math,
    colours,
    frame: (run) => requestAnimationFrame(run),
    idle: (run) => (typeof requestIdleCallback === 'function' ? requestIdleCallback(run, { timeout: 2000 }) : setTimeout(run, 50)),
    now: () => performance.now(),
  }
}
