// {@attach currentSeen(current)}: for a strip of links that may be wider than the screen. The one that is current is in view, also
// when the screen is turned. Only the strip is moved, never the page.
export function currentSeen(_current: string): (strip: HTMLElement) => () => void {
  return (strip) => {
    const look = (): void => {
      const link = strip.querySelector<HTMLElement>('[aria-current]')
      if (!link) return
      const left = link.offsetLeft - strip.offsetLeft
      const isSeen = left >= strip.scrollLeft && left + link.offsetWidth <= strip.scrollLeft + strip.clientWidth
      if (!isSeen) strip.scrollLeft = left - strip.clientWidth / 3
    }
    const watch = new ResizeObserver(look)
    watch.observe(strip)
    return () => watch.disconnect()
  }
}
