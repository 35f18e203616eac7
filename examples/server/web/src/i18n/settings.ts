import { catalogue } from './language.svelte'

export const settings = catalogue({})
