// Runs what is asked for once a frame at most; of a hidden page, which has no frames, four times a second.
export function onceAFrame(run: () => void): { ask: () => void; now: () => void; cancel: () => void } {
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const cancel = (): void => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    frame = 0
    timer = undefined
  }
  const now = (): void => {
    cancel()
    run()
  }
  const ask = (): void => {
    if (frame || timer !== undefined) return
    if (document.hidden) timer = setTimeout(now, 250)
    else frame = requestAnimationFrame(now)
  }
  return { ask, now, cancel }
}
