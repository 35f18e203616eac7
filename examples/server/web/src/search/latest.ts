// Asks behind a pause in what is typed, and takes only the answer to what was asked last.
export class Latest<In, Out> {
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked: AbortController | undefined

  constructor(
    readonly ask: (what: In, signal: AbortSignal) => Promise<Out>,
    readonly give: (found: Out, what: In) => void,
    readonly fail: (error: unknown, what: In) => void,
    readonly pause = 150,
  ) {}

  want(what: In): void {
    this.drop()
    this.#timer = setTimeout(() => void this.#go(what), this.pause)
  }

  // Whatever is on its way is not waited for.
  drop(): void {
    clearTimeout(this.#timer)
    this.#asked?.abort()
    this.#asked = undefined
  }

  async #go(what: In): Promise<void> {
    const asked = new AbortController()
    this.#asked = asked
    try {
      const found = await this.ask(what, asked.signal)
      if (!asked.signal.aborted) this.give(found, what)
    } catch (error) {
      if (!asked.signal.aborted) this.fail(error, what)
    }
  }
}
