import { catalogue } from './language.svelte'

export const markdown = catalogue({})
