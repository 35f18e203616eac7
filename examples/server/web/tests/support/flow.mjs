// flow(NAME, {...}, STEPS): a test with a server, a vendor and windows of its own. When it fails, what there is to see is kept in
// a folder of its name: screenshots, traces (`npx playwright-core show-trace FILE`), the server's log.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Account } from './accounts.mjs'
import { openWindow } from './browser.mjs'
import { startProxy } from './fault_proxy.mjs'
import { ChatPage } from './pages.mjs'
import { canPair, startPair } from './pair.mjs'
import { startServer } from './server.mjs'
import { startVendor } from './vendor.mjs'

const top = fileURLToPath(new URL('../../../../../', import.meta.url))
export const kept = process.env.SAMBUNG_PAGE_KEPT ?? join(top, 'build/page')

// variables: of the server; noise: what the console may say; timeout: of the whole.
export function flow(name, { timeout = 60_000, ...how }, steps) {
  test(name, { timeout }, () => run(name, startServer, { timeout, ...how }, steps))
}

// On two servers with PostgreSQL behind nginx.
export function flowOnPair(name, { timeout = 60_000, ...how }, steps) {
  const skip = canPair ? false : 'needs PostgreSQL (scripts/services.sh) and nginx'
  test(`${name}, on two servers`, { timeout, skip }, () => run(`${name}, on two servers`, startPair, { timeout, ...how }, steps))
}

export function flowOnBoth(name, how, steps) {
  flow(name, how, steps)
  flowOnPair(name, how, steps)
}

async function run(name, start, { timeout, variables, noise = [], ...window }, steps) {
  const vendor = await startVendor()
  const server = await start(vendor, variables)
  const windows = []
  const proxies = []
  const kit = {
    vendor,
    server,
    // Whoever signs up first owns the server.
    owner: () => Account.signUp(server.url),
    async member(owner, role) {
      const { email, secret } = await owner.invite(role)
      return Account.signUp(server.url, { email, invitation: secret })
    },
    // A window of a browser of its own, signed in or not; `url` is where a proxy is, if there is one.
    async window(account, { url = server.url, ...more } = {}) {
      const opened = await openWindow(url, { noise, ...window, ...more })
      windows.push(opened)
      if (account) await opened.context.addCookies(account.cookies.map((cookie) => ({ ...cookie, url })))
      return opened
    },
    async proxy(faults) {
      const proxy = await startProxy(server.url, faults)
      proxies.push(proxy)
      return proxy
    },
    async page(account, options) {
      const { context } = await kit.window(account, options)
      return new ChatPage(await context.newPage())
    },
  }
  try {
    await inTime(steps(kit), timeout - 8_000)
    const faults = windows.flatMap((one) => one.faults)
    if (faults.length > 0) throw new Error(`the page did what it must not:\n${faults.join('\n').slice(0, 4_000)}`)
    await Promise.all(windows.map(({ context }) => context.close()))
  } catch (error) {
    await keep(name, windows, server).catch((fault) => console.error(`nothing was kept: ${fault.message}`))
    throw error
  } finally {
    proxies.forEach((proxy) => proxy.close())
    await server.remove()
    vendor.close()
  }
}

// Earlier than the runner gives up, so that there is time to keep what is seen.
async function inTime(work, time) {
  let timer
  const over = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not done within ${time} ms`)), time) })
  return Promise.race([work, over]).finally(() => clearTimeout(timer))
}

async function keep(name, windows, server) {
  const folder = join(kept, 'failures', name.replace(/[^a-z0-9]+/gi, '_').slice(0, 80))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'server.log'), server.log)
  for (const [index, { context, faults }] of windows.entries()) {
    for (const [number, page] of context.pages().entries()) {
      await page.screenshot({ path: join(folder, `window${index}_${number}.png`), timeout: 5_000 }).catch(() => {})
      await writeFile(join(folder, `window${index}_${number}.html`), await page.content().catch((fault) => fault.message))
    }
    await writeFile(join(folder, `window${index}.txt`), faults.join('\n'))
    await context.tracing.stop({ path: join(folder, `window${index}_trace.zip`) }).catch(() => {})
    await context.close()
  }
}
