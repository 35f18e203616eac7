// How the build takes the catalogues apart: every text is in its language's files, and in no other's.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { oneLanguage } from '../../scripts/one_language.mjs'

const page = fileURLToPath(new URL('../../', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'sambung-texts-'))
after(() => rmSync(root, { recursive: true }))

function pluginFor(files) {
  rmSync(join(root, 'src'), { recursive: true, force: true })
  mkdirSync(join(root, 'src/i18n'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'src', name), text)
  const plugin = oneLanguage({ root, first: ['start.ts'].map((name) => `src/${name}`) })
  plugin.buildStart()
  return plugin
}

const a = `import { catalogue } from './language.svelte'
import { plural } from './format'
export const a = catalogue({
  send: { en: 'Send', ms: 'Hantar', id: 'Kirim' },
  sent: { en: (n: number) => plural(n, 'sent', 'sent'), ms: (n: number) => \`\${n} dihantar\`, id: (n: number) => \`\${n} terkirim\` },
})
export const used = (): string => a.send
`
const b = "import { catalogue } from './language.svelte'\nconst b = catalogue({ more: { en: 'More', ms: 'Lagi', id: 'Lainnya' } })\nexport const c = () => b.more\n"
const files = {
  'start.ts': "import { a } from './i18n/a'\nimport type { B } from './late'\nexport const late = () => import('./late')\n",
  'late.ts': "import { c } from './i18n/b'\n",
  'i18n/a.ts': a,
  'i18n/b.ts': b,
}

describe('a catalogue', () => {
  test('comes by itself, one language at a time, with what its texts are made by', () => {
    const plugin = pluginFor(files)
    const malay = plugin.load(join(root, 'src/i18n/a.ts?texts=ms'))
    assert.match(malay, /send: 'Hantar',/)
    assert.match(malay, /import \{ plural \} from '\.\/format'/)
    assert.doesNotMatch(malay, /Kirim|'Send'/)
  })

  test('uses nothing of its own file, which would be left behind', () => {
    const own = "import { catalogue } from './language.svelte'\nconst twice = (s) => s + s\nexport const d = catalogue({ x: { en: twice('a'), ms: 'b', id: 'c' } })\n"
    assert.throws(() => pluginFor({ ...files, 'i18n/d.ts': own }), /a text uses "twice"/)
  })

  test('leaves no text where it stood, and whatever else is in its file', () => {
    const left = pluginFor(files).load(join(root, 'src/i18n/a.ts'))
    assert.match(left, /export const a = packed\('a\.a'\)/)
    assert.match(left, /export const used/)
    assert.doesNotMatch(left, /Hantar|Send/)
  })

  test('is in the first texts where the page needs it at once, else in those that come later', () => {
    const plugin = pluginFor(files)
    assert.match(plugin.load('\0virtual:texts/first/id'), /'a\.a': a_a,/)
    assert.match(plugin.load('\0virtual:texts/more/id'), /'b\.b': b_b,/)
    assert.doesNotMatch(plugin.load('\0virtual:texts/first/id'), /b_b/)
  })

  test('that comes later is waited for by whatever needs it', () => {
    const plugin = pluginFor(files)
    const { code } = plugin.transform(files['start.ts'], join(root, 'src/start.ts'))
    assert.match(code, /late = \(\) => withMore\(import\('\.\/late'\)\)/)
    assert.equal(plugin.transform('export {}', join(root, 'src/late.ts')), null)
  })

  test('ends the build where a language is missing', () => {
    const plugin = pluginFor({ ...files, 'i18n/b.ts': b.replace("ms: 'Lagi', ", '') })
    assert.throws(() => plugin.load(join(root, 'src/i18n/b.ts?texts=ms')), /finds no ms in "more:/)
  })
})

test('every text of the page is found by the build, in every language', () => {
  const plugin = oneLanguage({ root: page, first: ['src/start.ts'] })
  plugin.buildStart()
  const folder = join(page, 'src/i18n')
  const catalogues = readdirSync(folder).filter((name) => /=\s*catalogue\(/.test(readFileSync(join(folder, name), 'utf8')))
  const keys = (code) => [...code.matchAll(/^(\w+): /gm)].map(([, key]) => key)
  for (const name of catalogues) {
    const [english, ...others] = ['en', 'ms', 'id'].map((language) => keys(plugin.load(join(folder, `${name}?texts=${language}`))))
    assert.ok(english.length > 0, name)
    for (const other of others) assert.deepEqual(other, english, name)
  }
})
