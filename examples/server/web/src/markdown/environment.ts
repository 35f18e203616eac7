// What drawing needs from its surroundings; tests bring their own.

import type { MarkdownLabels } from './labels'
import type { References } from './tree'

/** Something that is fetched when it is first needed. */
export interface Later<T> {
  readonly ready: T | undefined
  load(): Promise<T | undefined>
}

/** Draws a formula, or nothing if it cannot be read. */
export type MathDrawer = (doc: Document, source: string, display: boolean) => Element | undefined

/** The coloured pieces of code in a language, or nothing if it is not known. */
export type Colours = (doc: Document, language: string, code: string) => Node[] | undefined

export interface Environment {
  document: Document
  origin: string
  labels: MarkdownLabels
  math: Later<MathDrawer>
  colours: Later<Colours>
  /** Runs before the next picture. */
  frame(run: () => void): void
  /** Runs when nothing else is to do. */
  idle(run: () => void): void
  now(): number
}

export interface Context extends Environment {
  references: References
}

export function later<T>(fetch: () => Promise<T>): Later<T> {
  let ready: T | undefined
  let running: Promise<T | undefined> | undefined
  return {
    get ready() {
      return ready
    },
    load() {
      running ??= fetch().then(
        (value) => (ready = value),
        () => (running = undefined), // a lost network: asked again by the next
      )
      return running
    },
  }
}

export function element<K extends keyof HTMLElementTagNameMap>(doc: Document, name: K, className = ''): HTMLElementTagNameMap[K] {
  const made = doc.createElement(name)
  if (className !== '') made.setAttribute('class', className)
  return made
}
