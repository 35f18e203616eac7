// What a browser adds to fetch and node does not: the page's origin, and cookies.
export function browser(cookies = new Map(), origin = process.env.SAMBUNG_ORIGIN) {
  const jar = new Map(cookies)
  const received = []
  return {
    received,
    cookies: () => new Map(jar),
    async fetch(input, init) {
      const request = new Request(input, init)
      request.headers.set('origin', origin)
      if (jar.size > 0) request.headers.set('cookie', [...jar].map((pair) => pair.join('=')).join('; '))
      const response = await globalThis.fetch(request)
      for (const line of response.headers.getSetCookie()) {
        received.push(line)
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
        if (/; Max-Age=0(;|$)/.test(line)) jar.delete(name)
        else jar.set(name, value)
      }
      return response
    },
  }
}
