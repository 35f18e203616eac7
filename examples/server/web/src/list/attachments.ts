// Small things that an element is given: {@attach nearEnd(more)}.

// What an element scrolls in; null: the window.
export function scrollerOf(element: Element): Element | null {
  for (let at = element.parentElement; at; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at
  return null
}

const ahead = 600 // pixels; margins count only from the edges of what it scrolls in

// For the last element of a list that is loaded by pages: asks for more before it is seen, and again where a page has
// brought too little to move it away.
export function nearEnd(more: (end: HTMLElement) => Promise<void>): (element: HTMLElement) => () => void {
  return (element) => {
    const look = async (seen: IntersectionObserverEntry[]): Promise<void> => {
      if (!seen.some((one) => one.isIntersecting)) return
      await more(element)
      watch.unobserve(element)
      if (element.isConnected) watch.observe(element)
    }
    const watch = new IntersectionObserver((seen) => void look(seen), { root: scrollerOf(element), rootMargin: `${ahead}px` })
    watch.observe(element)
    return () => watch.disconnect()
  }
}

// The whole of a text that is cut, when one points at it.
export function wholeWhenCut(element: HTMLElement): () => void {
  const look = (): void => {
    const isCut = element.scrollWidth > element.clientWidth
    element.title = isCut ? (element.textContent ?? '').trim() : ''
  }
  element.addEventListener('pointerenter', look)
  return () => element.removeEventListener('pointerenter', look)
}

// What has the focus first in a dialog: showModal() looks for it.
export const first = (element: HTMLElement): void => void element.toggleAttribute('autofocus', true)
