// Short messages at the edge of the page; read aloud politely. They go by themselves but for those with an action.
export type Toast = { id: number; text: string; kind: 'plain' | 'fault'; action?: { label: string; run: () => void } }

const most = 4
let made = 0

class Toasts {
  shown = $state<Toast[]>([])

  show(text: string, how: { kind?: Toast['kind']; action?: Toast['action'] } = {}): void {
    const id = ++made
    const toast: Toast = { id, text, kind: how.kind ?? 'plain', ...(how.action ? { action: how.action } : {}) }
    this.shown = [...this.shown.slice(1 - most), toast]
    setTimeout(() => this.drop(id), how.action ? 20_000 : 6_000)
  }

  drop(id: number): void {
    this.shown = this.shown.filter((one) => one.id !== id)
  }
}

export const toasts = new Toasts()
