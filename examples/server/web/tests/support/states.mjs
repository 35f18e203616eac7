// A chat with everything in it that an answer can have, and chats that ended in every way.
const text = (words) => [{ type: 'text', text: words }]
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const rich = `A short paragraph with **bold**, *italic*, \`code\` and a [link](https://example.com/). It is long enough to break into a second line on every screen.

### What changes

1. First, the pump is looked at
   - with the power off
   - and the valve shut
2. Then the filter

- [x] bought
- [ ] built

> A quotation that goes on for a while, so that it has a second line where the screen is narrow.

| Day | Place | From | To | Distance | What was seen there, in a few words |
| --- | --- | --- | --- | ---: | --- |
| 1 | Kuala Lumpur | 08:00 | 12:30 | 204 km | the market, the towers at night, rain |
| 2 | Ipoh | 09:15 | 11:00 | 98 km | caves, white coffee |

\`\`\`python
def mean(values: list[float]) -> float:
    """A comment that is longer than any phone is wide, so that it scrolls."""
    return sum(values) / len(values)
\`\`\`

The formula $E = mc^2$ stands within a line, and this one alone:

$$\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}$$

![a picture from elsewhere](https://example.com/a.png)

---

The end of it.
`

const call = (id, name, result, isError = false) => [
  { type: 'tool_call', id, name, arguments: '{"city":"Kuala Lumpur","days":3}' },
  { type: 'tool_result', callId: id, text: result, isError },
]

// Gives the ids of the chats by what is to be seen in them.
export async function furnishStates(account) {
  const chat = async (title, messages, model = 'openai/echo') => {
    const { id } = await account.newChat(model, { title })
    if (messages.length > 0) await account.call('message.append', { chatId: id, messages })
    return id
  }
  const full = await chat('Three days in the north, by train and on foot, with everything one has to know', [
    { role: 'user', parts: text('Plan three days.') },
    { role: 'assistant', parts: [
      { type: 'reasoning', text: 'They want three days. First the trains, then the rooms.' },
      ...call('a', 'weather_forecast', '{"rain":true}'), ...call('b', 'a_tool_whose_name_is_rather_long_for_a_phone', 'no such town', true),
      ...text(rich),
    ] },
    { role: 'user', parts: [{ type: 'image', url: `data:image/png;base64,${pixel}` }, ...text('[A dot]'), ...text('And this?\n\nIt has two paragraphs, and the second is long enough to need more than one line on any screen there is, which is rare but happens to the best of us.')] },
    { role: 'assistant', parts: text('A dot.') },
  ])
  const short = await chat('Short', [{ role: 'user', parts: text('Hai') }, { role: 'assistant', parts: text('Hai! Apa khabar?') }])
  let parentId
  for (const name of ['Work', 'Travel in the coming year', 'North']) {
    const folder = await account.call('folder.create', { name, ...(parentId ? { parentId } : {}) })
    parentId = folder.id
  }
  await account.call('chat.updateFolder', { id: full, folderId: parentId })
  const put = await chat('Put away', [])
  await account.call('chat.archive', { id: put, archived: true })
  const { prompt } = await account.call('prompt.create', {
    name: 'Translate', description: 'Into a language of your choice', command: 'translate', kind: 'chat',
    messages: [{ role: 'system', text: 'You translate.' }, { role: 'user', text: 'Into {{language}}: {{text}}' }],
    variables: [
      { name: 'language', type: 'choice', choices: ['Malay', 'English'], default: 'Malay' },
      { name: 'text', type: 'long_text', required: true, description: 'What is to be translated' },
    ],
  })
  return { full, short, prompt: prompt.id }
}
