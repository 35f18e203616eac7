// What is read aloud and not shown: announce('answer finished').
class Live {
  text = $state('')
}

export const live = new Live()

export function announce(text: string): void {
  live.text = ''
  queueMicrotask(() => (live.text = text))
}
