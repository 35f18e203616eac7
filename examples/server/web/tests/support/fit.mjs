// Whether what is on a page fits: nothing sticks out sideways, no word of a control is cut, no control lies on another.

// One line for each fault.
export function misfits(page) {
  return page.evaluate(() => {
    const faults = []
    const named = (one) => `${one.localName}${one.dataset?.testid ? `[${one.dataset.testid}]` : ''} "${(one.innerText ?? '').trim().slice(0, 30)}"`
    // What floats above the page lies on it by intent, and goes when one scrolls or is done.
    const floats = (one) => one.closest('[popover], [role=menu], [role=listbox], dialog, [data-testid=newest]')
    const visible = (one) => one.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true
    const scrolls = (one) => {
      for (let at = one.parentElement; at; at = at.parentElement)
        if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return true
      return false
    }
    // A dialog that is open is used, whatever it was opened from.
    const inert = (one) => one.closest('dialog:modal, [inert]')?.hasAttribute('inert') ?? false
    const clips = (one) => {
      if (inert(one)) return true
      for (let at = one.parentElement; at && !at.matches('dialog:modal'); at = at.parentElement) if ( /(rect|inset)\(/.test(getComputedStyle(at).clip + getComputedStyle(at).clipPath)) return true
      return false
    }
    const scrolledAway = (one) => {
      const box = one.getBoundingClientRect()
      for (let at = one.parentElement; at; at = at.parentElement) {
        const frame = at.getBoundingClientRect()
        if (/auto|scroll/.test(getComputedStyle(at).overflowY) && (box.top >= frame.bottom || box.bottom <= frame.top)) return true
      }
      return false
    }
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth > width) faults.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} in ${width}`)

    const controls = [...document.querySelectorAll('button, a[href], input, select, textarea, summary, [role=tab], [role=menuitem]')]
      .filter((one) => visible(one) && !clips(one))
    for (const one of [...controls, ...document.querySelectorAll('h1, h2, h3, label, legend, th')]) {
      if (!visible(one) || clips(one)) continue
      const box = one.getBoundingClientRect()
      if (box.width === 0 || box.width <= 1 || box.height <= 1) continue
      const style = getComputedStyle(one)
      const dialog = one.closest('dialog')?.getBoundingClientRect()
      if (dialog && box.right > dialog.right + 1 && !one.closest('.scrolls, pre, [role=region]')) faults.push(`sticks out of its dialog: ${named(one)}`)
      if (box.right > width + 1 && !scrolls(one)) faults.push(`sticks out: ${named(one)}`)
      if (box.left < -1 && !scrolls(one)) faults.push(`sticks out at the left: ${named(one)}`)
      if (!['INPUT', 'TEXTAREA', 'SELECT'].includes(one.tagName) && style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis' && one.scrollWidth > one.clientWidth + 1)
        faults.push(`is cut: ${named(one)}`)
    }
    const boxes = controls.map((one) => [one, one.getBoundingClientRect()]).filter(([one, box]) => box.width > 1 && box.height > 1 && !scrolledAway(one))
    for (const [index, [one, box]] of boxes.entries()) {
      for (const [other, its] of boxes.slice(index + 1)) {
        if (one.contains(other) || other.contains(one) || floats(one) !== floats(other)) continue
        const across = Math.min(box.right, its.right) - Math.max(box.left, its.left)
        const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top)
        const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
        if (across > 3 && down > 3 && seen && other.contains(seen)) faults.push(`${named(other)} lies on ${named(one)}`)
      }
    }
    return [...new Set(faults)]
  })
}

// Makes every text of the page longer, as another language might. Twice on one text does it once.
export function padTexts(page, by) {
  return page.evaluate((part) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.trim()
      if (text === '' || text.endsWith('~') || node.parentElement.closest('[data-testid=answer-text], script, style')) continue
      const more = Math.ceil(text.length * part)
      node.data = `${node.data.trimEnd()} ${'kata '.repeat(Math.ceil(more / 5)).slice(0, Math.max(0, more - 2))}~`
    }
  }, by)
}
