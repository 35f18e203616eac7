// Every page there is, and what has to be there before it is looked at.
import { Account } from './accounts.mjs'

export const sections = {
  settings: ['', 'profile', 'appearance', 'keyboard', 'reading', 'sessions', 'tokens', 'keys', 'data', 'tools'],
  admin: ['', 'tenant', 'members', 'invitations', 'quotas', 'audit', 'keys', 'status'],
}

export const strangersPlaces = { sign_in: '/sign-in', sign_up: '/sign-up', join: '/join/a-secret-that-nobody-gave', not_found: '/no-such-page' }

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
  const { prompt } = await ada.call('prompt.create', {
    name: 'Terjemah', description: 'Terjemahkan teks', category: 'bahasa', command: 'terjemah', visibility: 'tenant',
    messages: [{ role: 'user', text: 'Terjemahkan ke {{bahasa}}: {{teks}}' }],
  }).catch((fault) => ({ prompt: null, fault }))
  await ada.call('apiToken.create', { name: 'skrip' })
  await ada.call('apiKey.create', { provider: 'openai', key: 'sk-of-a-test-1234', name: 'kunci' }).catch(() => {})
  await ada.call('quota.set', { subject: 'tenant', period: 'month', measure: 'tokens', limit: 1_000_000 })
  await Account.signIn(kit.server.url, ada.email)
  const places = { chat_new: '/', chat: `/c/${id}`, search: '/search?q=kopi', templates: '/templates', usage: '/usage', welcome: '/welcome' }
  if (prompt) places.template = `/templates/${prompt.id}`
  for (const [page, names] of Object.entries(sections)) for (const name of names) places[name ? `${page}_${name}` : page] = name ? `/${page}/${name}` : `/${page}`
  return { ada, bob, chatId: id, places }
}
