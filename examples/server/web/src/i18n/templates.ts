import { catalogue } from './language.svelte'

export const templates = catalogue({})
