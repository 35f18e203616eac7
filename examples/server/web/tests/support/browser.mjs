// Chromium, as Debian has it. A window is a context of its own, which notes whatever a page must not do: say something in the
// console, break its policy, ask another machine.
import { after } from 'node:test'

import { chromium } from 'playwright-core'

const program = process.env.SAMBUNG_CHROMIUM ?? '/usr/bin/chromium-headless-shell'
export const canaryHost = 'canary.example'

let running
after(async () => (await running)?.close())

const launch = () => chromium.launch({
  executablePath: program,
  args: [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    // A window that no screen shows is drawn all the same.
    '--disable-renderer-backgrounding', '--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows',
  ],
})

// What Chromium writes by itself when a connection breaks: nothing that a page can prevent.
export const connectionNoise = [/net::ERR_/, /WebSocket connection to /, /Failed to load resource/]

// A person was quicker than the page, which therefore left the focus where it is.
const harmless = [/Autofocus processing was blocked/]

export async function openWindow(url, { noise = [], traced = true, ...options } = {}) {
  const browser = await (running ??= launch())
  const context = await browser.newContext({
    baseURL: url, locale: 'en-GB', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options,
  })
  const faults = []
  const note = (text) => [...harmless, ...noise].some((one) => one.test(text)) || faults.push(text)
  context.setDefaultTimeout(10_000)
  const origin = new URL(url).origin
  context.on('console', (message) => note(`console ${message.type()}: ${message.text()}`))
  context.on('weberror', (error) => note(`uncaught: ${error.error().stack ?? error.error()}`))
  context.on('request', (request) => {
    const asked = new URL(request.url())
    if (!['data:', 'blob:'].includes(asked.protocol) && asked.origin !== origin) note(`asked another machine: ${request.url()}`)
  })
  context.on('page', (page) => watchPolicy(context, page, note))
  if (traced) await context.tracing.start({ snapshots: true, screenshots: false })
  return { context, faults }
}

// Reports of the content policy, also those that the console does not show.
async function watchPolicy(context, page, note) {
  try {
    const session = await context.newCDPSession(page)
    session.on('Audits.issueAdded', ({ issue }) => {
      if (issue.code === 'ContentSecurityPolicyIssue')
        note(`policy: ${JSON.stringify(issue.details.contentSecurityPolicyIssueDetails)}`)
    })
    await session.send('Audits.enable')
  } catch (error) {
    if (!page.isClosed()) note(`no reports of the policy: ${error.message}`)
  }
}

// A slow machine on a slow line: times slower, bits a second, milliseconds.
export async function slowDown(page, { cpu = 4, bits = 1_600_000, latency = 150 } = {}) {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: cpu })
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false, latency, downloadThroughput: bits / 8, uploadThroughput: bits / 8,
  })
}
