// What the tab of the browser and the header on phones say. A page that knows better than its route says so while it is
// shown: $effect(() => titled(chat.title)).
class Title {
  own = $state<string | null>(null)
}

export const title = new Title()

// What it gives ends it.
export function titled(text: string): () => void {
  title.own = text
  return () => {
    if (title.own === text) title.own = null
  }
}
