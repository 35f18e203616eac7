// The one menu of whatever opens one (popup_menu.svelte), which comes with the first.
import type { IconName } from './icons'
import { Part } from './part.svelte'

export type MenuItem = { label: string; icon?: IconName; danger?: boolean; checked?: boolean; disabled?: boolean; testid?: string; run: () => void }

// What belongs together; `inline`: beside one another, for short choices.
export type MenuGroup = { heading?: string; inline?: boolean; testid?: string; items: MenuItem[] }

export const popupMenu = new Part(() => import('./popup_menu.svelte'))
