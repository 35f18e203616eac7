// What every part of the page has: ways to find things, the keyboard, the focus, and what the browser keeps of it.

// Text as it is read: how it is broken into lines does not count.
export const plain = (text) => text.replace(/\s+/g, ' ').trim()

export class BasePage {
  constructor(page) {
    this.page = page
    this.keyboard = page.keyboard
  }

  get(name, within = this.page) {
    return within.getByTestId(name)
  }

  // All that the page has kept in this browser, as one text.
  keptText() {
    return this.page.evaluate(async () => {
      const read = (request) => new Promise((resolve) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = request.onblocked = () => resolve(null)
      })
      const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie]
      for (const { name } of await indexedDB.databases()) {
        const database = await read(indexedDB.open(name))
        for (const store of database?.objectStoreNames ?? []) {
          const rows = database.transaction(store).objectStore(store)
          kept.push(JSON.stringify([await read(rows.getAllKeys()), await read(rows.getAll())]))
        }
        database?.close()
      }
      if (globalThis.caches) for (const name of await caches.keys()) kept.push(name)
      return kept.join('\n')
    })
  }

  // What has the focus, in words: its role or tag and its name.
  focused() {
    return this.page.evaluate(() => {
      const one = document.activeElement
      if (!one || one === document.body) return ''
      const name = one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText ?? ''
      return `${one.dataset.testid ?? one.getAttribute('role') ?? one.localName}: ${name.trim().split('\n')[0].slice(0, 40)}`
    })
  }

  // Goes on by Tab until what has the focus is this one, as somebody without a mouse does.
  async tabTo(target, { most = 80, back = false } = {}) {
    for (let step = 0; step < most; step += 1) {
      if (await target.evaluate((one) => one === document.activeElement).catch(() => false)) return
      await this.keyboard.press(back ? 'Shift+Tab' : 'Tab')
    }
    throw new Error(`not reached by ${most} times Tab; the focus is on ${await this.focused()}`)
  }
}
