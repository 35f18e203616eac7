// Reads single rows again, each as often as it changed but never twice at once, a few at a time.
export class OneByOne {
  #wanted = new Set<string>()
  #reading = new Set<string>()

  // `overflow` is called in place of very many single reads.
  constructor(
    readonly read: (id: string) => Promise<void>,
    readonly overflow: () => void,
    readonly atOnce = 4,
    readonly most = 40,
  ) {}

  want(id: string): void {
    this.#wanted.add(id)
    if (this.#wanted.size > this.most) {
      this.#wanted.clear()
      this.overflow()
      return
    }
    this.#go()
  }

  forget(): void {
    this.#wanted.clear()
  }

  #go(): void {
    for (const id of this.#wanted) {
      if (this.#reading.size >= this.atOnce) return
      if (this.#reading.has(id)) continue // once more behind the one that runs
      this.#wanted.delete(id)
      this.#reading.add(id)
      void this.read(id).finally(() => {
        this.#reading.delete(id)
        this.#go()
      })
    }
  }
}
