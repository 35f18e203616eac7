// Light, dark, or as the system is: `data-theme` on the root, which tokens.css reads.
import { keep, kept } from './kept'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

class ThemeChoice {
  #current = $state<Theme>(themes.find((one) => one === kept('theme')) ?? 'system')

  get current(): Theme {
    return this.#current
  }

  set current(chosen: Theme) {
    this.#current = chosen
    keep('theme', chosen)
    this.show()
  }

  show(): void {
    if (this.#current === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = this.#current
  }
}

export const theme = new ThemeChoice()
theme.show()
