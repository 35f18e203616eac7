// What the shortcuts of ui/shortcuts.svelte.ts do.
import { catalogue } from './language.svelte'

export const names = catalogue({
  newChat: { en: 'New chat', ms: 'Perbualan baharu', id: 'Obrolan baru' },
  search: { en: 'Search chats', ms: 'Cari perbualan', id: 'Cari obrolan' },
  focusComposer: { en: 'Go to the message box', ms: 'Ke kotak mesej', id: 'Ke kotak pesan' },
  stop: { en: 'Stop the answer', ms: 'Hentikan jawapan', id: 'Hentikan jawaban' },
  previousMessage: { en: 'Previous message', ms: 'Mesej sebelumnya', id: 'Pesan sebelumnya' },
  nextMessage: { en: 'Next message', ms: 'Mesej seterusnya', id: 'Pesan berikutnya' },
  previousAlternative: { en: 'Previous version of a message', ms: 'Versi mesej sebelumnya', id: 'Versi pesan sebelumnya' },
  nextAlternative: { en: 'Next version of a message', ms: 'Versi mesej seterusnya', id: 'Versi pesan berikutnya' },
  copy: { en: 'Copy the message', ms: 'Salin mesej', id: 'Salin pesan' },
  edit: { en: 'Edit the message', ms: 'Sunting mesej', id: 'Sunting pesan' },
})
