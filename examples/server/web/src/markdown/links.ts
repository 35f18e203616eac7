// Where an answer may lead: http, https and mailto, and pictures of our own server only. Nothing is asked for without a click.

export interface Target {
  href: string
  /** Whom it leads to: a host, or an address of mail. */
  host: string
}

const longestAddress = 4096

/** The address of a link, or nothing if it must not be one. */
export function targetOf(href: string): Target | undefined {
  const url = parse(href)
  if (!url) return undefined
  if (url.protocol === 'mailto:') return url.pathname.includes('@') ? { href: url.href, host: url.pathname.slice(0, 255) } : undefined
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.host !== '' ? { href: url.href, host: url.host } : undefined
}

/** The address of a picture that may be shown: a path of our own, or data of a kind that only draws. */
export function pictureOf(href: string, origin: string): string | undefined {
  if (/^data:image\/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/]+={0,2}$/i.test(href)) return href
  const url = parse(href, origin)
  return url?.origin === origin && /^https?:$/.test(url.protocol) ? url.href : undefined
}

/** Whether the text of a link names another host than the one it leads to. */
export function pretends(text: string, host: string): boolean {
  const named = /^\s*(?:https?:\/\/)?(?:www\.)?((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?=[/:?#\s]|$)/i.exec(text)
  return named !== null && named[1]!.toLowerCase() !== host.replace(/^www\./, '').replace(/:\d+$/, '').toLowerCase()
}

function parse(href: string, base?: string): URL | undefined {
  // Control characters vanish in a URL, so that "java\tscript:" would become a scheme.
  if (href.length > longestAddress || /[\u0000-\u001f\u007f]/.test(href)) return undefined
  try {
    return new URL(href, base)
  } catch {
    return undefined
  }
}
