import { catalogue } from './language.svelte'

export const list = catalogue({})
