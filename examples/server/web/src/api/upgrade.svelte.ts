// The server may have a newer page than the one that is open, whose files are gone then.
class Upgrade {
  isDue = $state(false)
}

export const upgrade = new Upgrade()

const own = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src')

// The page as the server gives it now names another script; or it is there, and a part of this one is not.
export async function checkPage(how: { partIsMissing?: boolean } = {}): Promise<void> {
  if (!own || upgrade.isDue) return
  try {
    const response = await fetch('/', { cache: 'no-store', credentials: 'omit' })
    if (!response.ok || !response.headers.get('content-type')?.startsWith('text/html')) return
    if (!(await response.text()).includes(own) || how.partIsMissing) upgrade.isDue = true
  } catch {
    // not now
  }
}

addEventListener('vite:preloadError', () => void checkPage({ partIsMissing: true }))
