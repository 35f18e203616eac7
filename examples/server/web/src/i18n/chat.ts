import { catalogue } from './language.svelte'

export const chat = catalogue({})
