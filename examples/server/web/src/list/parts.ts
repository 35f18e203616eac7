// What the list needs only when it is asked for.
import { Part } from '../ui/part.svelte'

export const rowMenus = new Part(async () => ({ default: (await import('./row_menus')).menuOf }))
export const renameField = new Part(() => import('./rename_field.svelte'))
export const searchOptions = new Part(() => import('../search/search_options.svelte'))
export const palette = new Part(() => import('../search/palette.svelte'))
export const archivedChats = new Part(() => import('./archived_chats.svelte'))
export const taggedChats = new Part(() => import('./tagged_chats.svelte'))
export const askingDialog = new Part(() => import('./asking.svelte'))
