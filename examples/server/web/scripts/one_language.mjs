// A catalogue has three languages side by side; a browser needs one. The build takes them apart: each language becomes two
// files, `first` with the texts that a chat needs, `more` with those of everything that comes later, and what comes later waits
// for both. In development and tests the catalogues stay as they are written.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'

import { closureOf, withImports } from './source_graph.mjs'

const languages = ['en', 'ms', 'id']
const query = '?texts='
const pack = 'virtual:texts/'

// The catalogues of a file, each with its name and its entries.
function cataloguesOf(source) {
  const found = []
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations) {
      const isOne = initializer && ts.isCallExpression(initializer) && initializer.expression.getText(source) === 'catalogue'
      if (isOne) found.push({ name: name.getText(source), call: initializer, entries: initializer.arguments[0] })
    }
  }
  return found
}

function textOf(entry, language, source) {
  const of = ts.isPropertyAssignment(entry) && ts.isObjectLiteralExpression(entry.initializer) ? entry.initializer.properties : []
  const text = of.find((one) => one.name?.getText(source) === language)
  if (text && ts.isPropertyAssignment(text)) return `${entry.name.getText(source)}: ${text.initializer.getText(source)}`
  throw new Error(`${source.fileName}: the build finds no ${language} in "${entry.getText(source)}"`)
}

// A text may use what its file imports: whatever else stands there stays behind when the texts are taken out.
function demandImportsOnly(source, all) {
  const own = new Set()
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) own.add(name.getText(source))
    if (ts.isFunctionDeclaration(statement) && statement.name) own.add(statement.name.getText(source))
  }
  const look = (node) => {
    const isUse = ts.isIdentifier(node) && !(ts.isPropertyAssignment(node.parent) && node.parent.name === node)
    if (isUse && own.has(node.text)) throw new Error(`${source.fileName}: a text uses "${node.text}", which the build leaves behind; import it`)
    ts.forEachChild(node, look)
  }
  for (const { entries } of all) look(entries)
}

class Catalogues {
  constructor(file) {
    this.file = file
    this.code = readFileSync(file, 'utf8')
    this.source = ts.createSourceFile(file, this.code, ts.ScriptTarget.ES2022, true)
    this.all = cataloguesOf(this.source)
    demandImportsOnly(this.source, this.all)
  }

  key(name) {
    return `${basename(this.file, '.ts')}.${name}`
  }

  // The file without its texts.
  emptied() {
    let code = this.code
    for (const { name, call } of [...this.all].reverse())
      code = `${code.slice(0, call.getStart(this.source))}packed('${this.key(name)}')${code.slice(call.end)}`
    return `import { packed } from './language.svelte'\n${code}`
  }

  // Its texts of one language.
  in(language) {
    const imports = this.source.statements.filter((one) => ts.isImportDeclaration(one)).map((one) => one.getText(this.source))
    const texts = this.all.map(({ name, entries }) => {
      const rows = entries.properties.map((entry) => textOf(entry, language, this.source))
      return `export const ${name} = {\n${rows.join(',\n')}\n}`
    })
    return [...imports, ...texts].join('\n')
  }

  imported(language) {
    return this.all.map(({ name }) => `import { ${name} as ${this.alias(name)} } from '${this.file}${query}${language}'`)
  }

  rows() {
    return this.all.map(({ name }) => `  '${this.key(name)}': ${this.alias(name)},`)
  }

  alias(name) {
    return `${basename(this.file, '.ts')}_${name}`
  }
}

// `first`: the sources whose texts are needed at once.
export function oneLanguage({ root, first }) {
  const folder = join(root, 'src/i18n')
  const packs = join(folder, 'packs.ts')
  const speaking = join(folder, 'language.svelte.ts')
  let files = new Map()
  let needed = new Set()

  const ofPack = (which) => [...files.values()].filter(({ file }) => needed.has(file) === (which === 'first'))
  const needsMore = (file) => [...closureOf(file)].some((one) => files.has(one) && !needed.has(one))

  function packOf(which, language) {
    const all = ofPack(which)
    const rows = all.flatMap((one) => one.rows())
    return `${all.flatMap((one) => one.imported(language)).join('\n')}\nexport default {\n${rows.join('\n')}\n}`
  }

  function loads() {
    const rows = ['first', 'more'].map((which) => {
      const ways = languages.map((language) => `${language}: () => import('${pack}${which}/${language}')`)
      return `loads.${which} = { ${ways.join(', ')} }`
    })
    return rows.join('\n')
  }

  return {
    name: 'one-language',
    apply: 'build',
    enforce: 'post', // what Svelte has made of a component is read
    buildStart() {
      const all = readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => new Catalogues(join(folder, name)))
      files = new Map(all.filter((one) => one.all.length > 0).map((one) => [one.file, one]))
      needed = closureOf(...first.map((file) => join(root, file)))
    },
    resolveId: (id) => (id.startsWith(pack) ? `\0${id}` : null),
    load(id) {
      if (id.startsWith(`\0${pack}`)) return packOf(...id.slice(pack.length + 1).split('/'))
      const [file, language] = id.split(query)
      if (language) return files.get(file).in(language)
      if (files.has(file)) return files.get(file).emptied()
      return file === packs ? `${readFileSync(file, 'utf8')}\n${loads()}` : null
    },
    transform(code, id) {
      if (!id.startsWith(join(root, 'src'))) return null
      let waits = false
      const changed = withImports(code, id.replace(/\?.*$/, ''), (statement, file) => {
        if (!needsMore(file)) return statement
        waits = true
        return `withMore(${statement})`
      })
      return waits ? { code: `import { withMore } from '${speaking}'\n${changed}`, map: null } : null
    },
    // For the naming of chunks.
    packOf(id) {
      if (id.startsWith(`\0${pack}`)) return id.slice(pack.length + 1)
      const [file, language] = id.split(query)
      return language ? `${needed.has(file) ? 'first' : 'more'}/${language}` : null
    },
  }
}
