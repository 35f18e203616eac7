import type { Attachment } from 'svelte/attachments'

const isUsable = (one: Element): boolean => one.isConnected && !one.matches(':disabled')

// {@attach keptFocus(place)}: a button that goes, or can be pressed no more, while it has the focus gives it to `place`, or
// to what this stands at (which takes it by tabindex="-1").
export function keptFocus(place: () => HTMLElement | undefined): Attachment<HTMLElement> {
  return (within) => {
    let last: Element | null = null
    const came = (event: FocusEvent): void => void (last = event.target as Element)
    // Somebody who goes elsewhere leaves it as it is; browsers tell of what is taken away before it is.
    const went = (): void => queueMicrotask(() => {
      if (last && isUsable(last) && last !== document.activeElement) last = null
    })
    const changed = (): void => {
      if (!last || isUsable(last)) return
      const active = document.activeElement
      const isLost = !active || active === document.body || active === last
      last = null
      if (isLost) (place() ?? within).focus({ preventScroll: true })
    }
    const changes = new MutationObserver(changed)
    changes.observe(within, { childList: true, subtree: true, attributeFilter: ['disabled'] })
    within.addEventListener('focusin', came)
    within.addEventListener('focusout', went)
    return () => {
      changes.disconnect()
      within.removeEventListener('focusin', came)
      within.removeEventListener('focusout', went)
    }
  }
}
