// The menu of whatever opens one.
import { Part } from './part.svelte'

export const popupMenu = new Part(() => import('./popup_menu.svelte'))
