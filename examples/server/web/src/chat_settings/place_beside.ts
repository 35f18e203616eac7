const gap = 4
const edge = 8
const most = 420

// Puts what is in the top layer below its button, or above it where there is more room.
export function placeBeside(anchor: HTMLElement, panel: HTMLElement): void {
  const button = anchor.getBoundingClientRect()
  const under = innerHeight - button.bottom
  const isBelow = under > Math.min(innerHeight / 2, most) || button.top < under
  const room = Math.max(160, (isBelow ? under : button.top) - 2 * edge)
  const set = (name: string, value: string): void => panel.style.setProperty(name, value)
  set('max-height', `${Math.min(most, room)}px`)
  set('left', `${Math.max(edge, Math.min(button.left, innerWidth - panel.offsetWidth - edge))}px`)
  set('top', isBelow ? `${button.bottom + gap}px` : 'auto')
  set('bottom', isBelow ? 'auto' : `${innerHeight - button.top + gap}px`)
}
