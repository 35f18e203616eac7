// axe-core on a page as it stands. Its source is evaluated from outside, which the page's policy has no say in.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

// One line for each violation: the rule, and where.
export async function violations(page) {
  await page.evaluate(source)
  return page.evaluate(async (runOnly) => {
    const { violations } = await window.axe.run(document, { runOnly, resultTypes: ['violations'] })
    // Which headings an answer has is the model's to say.
    const ofModel = (id, { target }) => id === 'heading-order' && document.querySelector(target[0])?.closest('[data-testid=answer-text]')
    return violations.flatMap(({ id, nodes }) => nodes.filter((node) => !ofModel(id, node)).map((node) => `${id}: ${node.target.join(' ')} (${node.any[0]?.message ?? node.failureSummary})`))
  }, tags)
}
