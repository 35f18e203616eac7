// What comes first is few files, and all of them are named in index.html: nothing is found out one after the other.
//   boot   what src/main.ts needs by itself
//   app    src/start.ts and what it needs; of what is read the styles, and what everything else uses, too
import { join } from 'node:path'

import { closureOf } from './source_graph.mjs'

const preload = '\0vite/preload-helper.js'
const styled = '?svelte&type=style&lang.css'

export function firstLoad({ root, read, packOf }) {
  const start = join(root, 'src/start.ts')
  const boot = closureOf(join(root, 'src/main.ts'))
  const app = closureOf(start)
  const drawn = closureOf(join(root, read))
  const isShared = (id) => drawn.has(id) && /\/src\/(api|events|i18n|ui)\//.test(id)
  const isOfApp = (id) => app.has(id) || isShared(id) || id.includes('/node_modules/svelte/')

  function chunkOf(id) {
    if (boot.has(id) || id === preload) return 'boot'
    const pack = packOf(id)
    if (pack) return `texts-${pack.replace('/', '-')}`
    const isStyle = /\.css$/.test(id) && drawn.has(id.replace(styled, ''))
    return isStyle || isOfApp(id) ? 'app' : undefined
  }

  function linksTo(chunk, bundle) {
    const scripts = [chunk.fileName, ...chunk.imports]
    const sheets = [...new Set(scripts.flatMap((name) => [...(bundle[name].viteMetadata?.importedCss ?? [])]))]
    const link = (attrs) => ({ tag: 'link', attrs: { ...attrs, crossorigin: true }, injectTo: 'head' })
    return [
      ...scripts.map((name) => link({ rel: 'modulepreload', href: `/${name}` })),
      ...sheets.map((name) => link({ rel: 'stylesheet', href: `/${name}` })),
    ]
  }

  return {
    name: 'first-load',
    apply: 'build',
    config: () => ({ build: { rollupOptions: { output: { manualChunks: chunkOf } } } }),
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunk = Object.values(bundle ?? {}).find((one) => one.type === 'chunk' && start in one.modules)
        const links = linksTo(chunk, bundle).filter(({ attrs }) => !html.includes(attrs.href))
        return { html, tags: links }
      },
    },
  }
}
