// Keeps the end of a growing list in view while one reads there, and never pulls whoever reads elsewhere.
const nearEnd = 40 // pixels

export class Follower {
  following = $state(true)
  atEnd = $state(true)
  #scroller: HTMLElement | null = null
  #lastTop = 0
  #lastHeight = 0

  // {@attach follower.attach} on what scrolls; its first child is what grows.
  attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller
    const sizes = new ResizeObserver(() => this.#resized())
    sizes.observe(scroller)
    if (scroller.firstElementChild) sizes.observe(scroller.firstElementChild)
    const scrolled = (): void => this.#scrolled()
    const selected = (): void => this.#selected()
    const focused = (event: FocusEvent): void => {
      if (event.target !== scroller) this.following = false
    }
    scroller.addEventListener('scroll', scrolled, { passive: true })
    scroller.addEventListener('focusin', focused)
    document.addEventListener('selectionchange', selected)
    return () => {
      sizes.disconnect()
      scroller.removeEventListener('scroll', scrolled)
      scroller.removeEventListener('focusin', focused)
      document.removeEventListener('selectionchange', selected)
      this.#scroller = null
    }
  }

  toEnd(): void {
    this.following = true
    this.#resized()
  }

  // At the upper third, where the eye looks first.
  show(element: HTMLElement): void {
    const scroller = this.#scroller
    if (!scroller) return
    this.following = false
    const at = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top
    scroller.scrollTop += at - scroller.clientHeight / 6
  }

  // What is read stays where it is while something is put above it.
  async keepPlace(of: HTMLElement | undefined, change: () => Promise<void>): Promise<void> {
    const before = of?.getBoundingClientRect().top
    await change()
    if (!of?.isConnected || before === undefined || !this.#scroller) return
    this.#scroller.scrollTop += of.getBoundingClientRect().top - before
  }

  #resized(): void {
    const scroller = this.#scroller
    if (!scroller) return
    if (this.following) scroller.scrollTop = scroller.scrollHeight
    this.#note(scroller)
  }

  // A list that gets shorter scrolls by itself, by that much at most: only what moves further is somebody's wish.
  #scrolled(): void {
    const scroller = this.#scroller
    if (!scroller) return
    const shrunk = Math.max(0, this.#lastHeight - scroller.scrollHeight)
    const movedUp = this.#lastTop - scroller.scrollTop > shrunk + 1
    this.#note(scroller)
    if (movedUp && !this.atEnd) this.following = false
    else if (this.atEnd && !this.#hasSelection()) this.following = true
  }

  #note(scroller: HTMLElement): void {
    this.#lastTop = scroller.scrollTop
    this.#lastHeight = scroller.scrollHeight
    this.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEnd
  }

  #selected(): void {
    if (this.#hasSelection()) this.following = false
  }

  #hasSelection(): boolean {
    const selection = document.getSelection()
    return !!selection && !selection.isCollapsed && !!this.#scroller?.contains(selection.anchorNode)
  }
}
