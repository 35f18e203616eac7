// Where one is: the path of the address bar, and what it means. The server gives the page for these paths (SAMBUNG_WEB).

export type Route =
  | { page: 'chat'; chatId: string | null; messageId: string | null }
  | { page: 'search' }
  | { page: 'templates'; id: string | null }
  | { page: 'settings' | 'admin'; section: string }
  | { page: 'usage' | 'sign-in' | 'sign-up' | 'welcome' | 'not-found' }
  | { page: 'join'; secret: string }

export function routeOf(path: string, hash = ''): Route {
  const [first = '', second = '', ...more] = path.split('/').filter((part) => part !== '')
  if (more.length > 0) return { page: 'not-found' }
  switch (first) {
    case '':
      return { page: 'chat', chatId: null, messageId: null }
    case 'c':
      return second ? { page: 'chat', chatId: second, messageId: hash.slice(1) || null } : { page: 'not-found' }
    case 'templates':
      return { page: 'templates', id: second || null }
    case 'settings':
    case 'admin':
      return { page: first, section: second }
    case 'join':
      return second ? { page: 'join', secret: second } : { page: 'not-found' }
    case 'search':
    case 'usage':
    case 'sign-in':
    case 'sign-up':
    case 'welcome':
      return second ? { page: 'not-found' } : { page: first }
    default:
      return { page: 'not-found' }
  }
}

class Place {
  #path = $state(location.pathname)
  #hash = $state(location.hash)
  #query = $state(location.search)
  readonly path: string = $derived(this.#path + this.#query + this.#hash)
  readonly route: Route = $derived(routeOf(this.#path, this.#hash))
  readonly query: URLSearchParams = $derived(new URLSearchParams(this.#query))

  constructor() {
    addEventListener('popstate', () => this.#read())
  }

  #read(): void {
    this.#path = location.pathname
    this.#hash = location.hash
    this.#query = location.search
  }

  go(path: string, how: { replace?: boolean } = {}): void {
    if (how.replace) history.replaceState(null, '', path)
    else history.pushState(null, '', path)
    this.#read()
  }
}

export const place = new Place()

// For links: a click without a modifier goes there without loading anything. <a href="/c/1" onclick={follow}>
export function follow(event: MouseEvent): void {
  const link = event.currentTarget
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  place.go(link.pathname + link.search + link.hash)
}
