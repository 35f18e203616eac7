// Every page there is, and what has to be there before it is looked at.
import { Account } from './accounts.mjs'

export const strangersPlaces = { sign_in: '/sign-in', sign_up: '/sign-up', join: '/join/a-secret-that-nobody-gave' }

const answer = `Teks biasa dengan **tebal**, *condong*, \`kod\` dan [pautan](https://example.com/).

## Tajuk

1. satu
2. dua
   - dalam

> Petikan.

| nama | nilai |
| --- | ---: |
| satu | 1 |

\`\`\`js
const satu = () => 'kod'
\`\`\`

Rumus $x^2$ dan ![gambar](https://example.com/a.png).
`

// A server as after some days of work; gives the paths by name.
export async function furnish(kit) {
  const ada = await kit.owner()
  const bob = await kit.member(ada)
  await ada.invite('viewer')
  const say = (role, text) => ({ role, parts: [{ type: 'text', text }] })
  const { id } = await ada.newChat('openai/echo', { title: 'Kopi, teh dan perkara lain yang panjang tajuknya' })
  await ada.call('message.append', { chatId: id, messages: [say('user', 'Beri contoh.'), say('assistant', answer)] })
  await ada.call('message.create', { chatId: id, text: 'hai' })
  const { id: empty } = await ada.newChat('openai/echo', { title: 'Kosong' })
  const folder = await ada.call('folder.create', { name: 'Kerja' })
  await ada.call('chat.updateFolder', { id: empty, folderId: folder.id })
  await ada.call('tag.set', { chatId: id, names: ['penting', 'nanti'] })
  const content = {
    kind: 'chat',
    messages: [{ role: 'user', text: 'Terjemahkan ke {{bahasa}}: {{teks}}' }],
    variables: [{ name: 'bahasa', type: 'choice', choices: ['Inggeris', 'Melayu'] }, { name: 'teks', type: 'long_text', required: true }],
    examples: [{ name: 'pendek', values: { bahasa: 'Melayu', teks: 'Good morning' } }],
  }
  const { prompt } = await ada.call('prompt.create', {
    ...content, name: 'Terjemah', description: 'Terjemahkan teks', category: 'bahasa', command: 'terjemah', visibility: 'tenant',
  })
  const later = { ...content, messages: [{ role: 'system', text: 'Anda penterjemah.' }, ...content.messages] }
  await ada.call('prompt.update', { id: prompt.id, revision: prompt.revision, content: later, note: 'Lebih tepat' })
  await ada.call('apiToken.create', { name: 'skrip' })
  await ada.call('apiKey.create', { provider: 'openai', key: 'sk-of-a-test-1234', name: 'kunci' }).catch(() => {})
  await ada.call('quota.set', { subject: 'tenant', period: 'month', measure: 'tokens', limit: 1_000_000 })
  await Account.signIn(kit.server.url, ada.email)
  const places = { chat_new: '/', chat: `/c/${id}`, search: '/search?q=kopi', templates: '/templates', usage: '/usage', welcome: '/welcome', chat_missing: '/c/01a22ade-0000-7000-8000-000000000000' }
  const template = `/templates/${prompt.id}`
  Object.assign(places, { template, template_new: '/templates/new' })
  for (const section of ['versions', 'labels', 'try', 'usage']) places[`template_${section}`] = `${template}?section=${section}`
  return { ada, bob, chatId: id, promptId: prompt.id, places }
}

// The sections of a page, as its own links name them.
export async function sectionsOf(page, name) {
  await page.goto(`/${name}`)
  const links = page.locator(`main a[href^="/${name}/"]`)
  await links.first().waitFor()
  const paths = await links.evaluateAll((all) => all.map((one) => one.pathname))
  return Object.fromEntries([...new Set(paths)].map((path) => [path.slice(1).replace('/', '_'), path]))
}
