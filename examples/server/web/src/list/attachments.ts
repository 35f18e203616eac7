// Small things that an element is given: {@attach nearEnd(more)}.

// For the last element of a list that is loaded by pages: asks for more before it is seen.
export function nearEnd(more: () => void): (element: HTMLElement) => () => void {
  return (element) => {
    const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && more(), {
      rootMargin: '200px',
    })
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
