import { catalogue } from './language.svelte'

export const admin = catalogue({})
