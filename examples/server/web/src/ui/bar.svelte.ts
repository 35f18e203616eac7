// The bar above a page on phones. What a page puts there stands in place of its name, while the page is shown:
// $effect(() => inBar(heading)).
import type { Snippet } from 'svelte'
import { MediaQuery } from 'svelte/reactivity'

class Bar {
  own = $state.raw<Snippet | null>(null)
}

export const bar = new Bar()

export const narrow = new MediaQuery('max-width: 47.99rem')

// What it gives ends it.
export function inBar(what: Snippet): () => void {
  bar.own = what
  return () => {
    if (bar.own === what) bar.own = null
  }
}
