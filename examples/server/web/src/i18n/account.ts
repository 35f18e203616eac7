import { catalogue } from './language.svelte'

export const account = catalogue({})
