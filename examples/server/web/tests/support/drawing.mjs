// Draws Markdown as the page does, but into a tiny DOM and with a clock and frames of the test's own.
import { loadTogether } from '../unit/load.mjs'
import { tinyDocument } from './tiny_dom.mjs'

export const { AnswerDrawing, longestUnfolded, drawMath, colours } = await loadTogether(
  'src/markdown/drawing.ts',
  'src/markdown/math.ts',
  'src/markdown/colours.ts',
)

const none = { ready: undefined, load: async () => undefined }

export const labels = {
  code: (language) => `code ${language}`,
  copy: 'copy',
  copied: 'copied',
  copyFailed: 'not copied',
  wrap: 'wrap',
  download: 'download',
  table: 'table',
  formula: 'formula',
  done: 'done',
  notDone: 'not done',
  imageFrom: (host) => `image from ${host}`,
  showRest: (kilobytes) => `rest ${kilobytes}`,
  hidden: (code) => `hidden ${code}`,
}

// A drawing, the element it draws into, and its frames: `frame()` runs what waits for the next one.
export function startDrawing({ math = none, coloured = none, clock = () => 0 } = {}) {
  const root = tinyDocument.createElement('div')
  const waiting = []
  const later = []
  const environment = {
    document: tinyDocument,
    origin: 'https://sambung.example',
    labels,
    math,
    colours: coloured,
    frame: (run) => waiting.push(run),
    idle: (run) => later.push(run),
    now: clock,
  }
  const drawing = new AnswerDrawing(root, environment)
  const frame = () => waiting.splice(0).forEach((run) => run())
  const settle = () => {
    while (waiting.length + later.length > 0) {
      frame()
      later.splice(0).forEach((run) => run())
    }
  }
  return { root, drawing, frame, settle, waiting }
}

export function drawWhole(text, options) {
  const started = startDrawing(options)
  started.drawing.append(text)
  started.drawing.finish()
  started.settle()
  return started.root
}

export const mathReady = { ready: drawMath, load: async () => drawMath }
