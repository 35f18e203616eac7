// A file of texts hangs, or is not there.
import assert from 'node:assert/strict'

import { connectionNoise } from '../support/browser.mjs'
import { flow } from '../support/flow.mjs'
import { until } from '../support/until.mjs'

const noise = [...connectionNoise, /status of 40[14]/]

// Holds what is asked for under a name, until it is let go.
async function hold(context, name) {
  const held = []
  let letGo
  const open = new Promise((resolve) => { letGo = resolve })
  await context.route(name, async (route) => {
    held.push(route.request().url())
    await open
    await route.continue()
  })
  return { held, letGo }
}

const languageOf = (page) => page.locator('html').getAttribute('lang')
const signInButton = (page, name) => page.getByTestId('sign-in-form').getByRole('button', { name, exact: true })

flow('23: a page whose language hangs begins in another, and goes over when its own comes', { noise }, async (kit) => {
  await kit.owner()
  const { context } = await kit.window(undefined, { locale: 'ms-MY' })
  const malay = await hold(context, /texts-first-ms/)
  const page = await context.newPage()
  await page.goto('/sign-in')

  await signInButton(page, 'Sign in').waitFor()
  assert.equal(await languageOf(page), 'en')
  assert.ok(malay.held.length > 0, 'its file was asked for')
  malay.letGo()
  await signInButton(page, 'Log masuk').waitFor()
  assert.equal(await languageOf(page), 'ms')
})

flow('23: one whose profile wants a language that hangs is told, and goes on', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { user } = await ada.call('auth.getSession')
  await ada.call('user.updateSettings', { revision: user.revision, settings: { language: 'id' } })
  const { context } = await kit.window(ada)
  const indonesian = await hold(context, /texts-first-id/)
  const page = await context.newPage()
  await page.goto('/')

  await page.getByTestId('composer').waitFor()
  await page.getByTestId('toast').getByText('could not be loaded').waitFor()
  assert.equal(await languageOf(page), 'en')
  indonesian.letGo()
  await page.getByTestId('new-chat').getByText('Obrolan baru').waitFor()
})

flow('23: a language that cannot be had is told, not chosen, and can be chosen again', { noise }, async (kit) => {
  const ada = await kit.owner()
  const { context } = await kit.window(ada)
  const page = await context.newPage()
  await page.goto('/settings/appearance')
  const choice = (name) => page.getByRole('radio', { name })
  await choice('English').waitFor()

  const fail = (route) => route.abort()
  await context.route(/texts-.*-ms/, fail)
  await choice('Bahasa Melayu').click()
  await page.getByRole('alert').getByText('could not be loaded').waitFor()
  await until('English is still chosen', () => choice('English').isChecked())
  const { user } = await ada.call('auth.getSession')
  assert.equal(user.settings.language, undefined)

  await context.unroute(/texts-.*-ms/, fail)
  await choice('Bahasa Melayu').click()
  await page.getByRole('heading', { name: 'Bahasa', exact: true }).waitFor()
  await until('it is kept', async () => (await ada.call('auth.getSession')).user.settings.language === 'ms')
})

for (const [what, file] of Object.entries({ texts: /texts-first-/, page: /assets\/app-.*js/ })) {
  flow(`23: where there is no ${what} it is said, and one can try again`, { noise }, async (kit) => {
    await kit.owner()
    const { context } = await kit.window(undefined, { locale: 'id-ID' })
    const page = await context.newPage()
    const fail = (route) => route.abort()
    await context.route(file, fail)
    await page.goto('/sign-in')

    const said = page.getByRole('alert')
    await said.getByText('Sambung belum dapat dimuat').waitFor()
    await context.unroute(file, fail)
    await said.getByRole('button', { name: 'Coba lagi' }).click()
    await signInButton(page, 'Masuk').waitFor()
  })
}
