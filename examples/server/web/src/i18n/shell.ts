import { catalogue } from './language.svelte'

export const shell = catalogue({})
