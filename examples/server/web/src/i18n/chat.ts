import { plural } from './format'
import { catalogue } from './language.svelte'

export const chat = catalogue({
  newChat: { en: 'New chat', ms: 'Perbualan baharu', id: 'Obrolan baru' },
  transcript: { en: 'Messages', ms: 'Mesej', id: 'Pesan' },
  you: { en: 'You', ms: 'Anda', id: 'Anda' },
  answer: { en: 'Answer', ms: 'Jawapan', id: 'Jawaban' },
  answerOf: { en: (model: string) => `Answer of ${model}`, ms: (model: string) => `Jawapan ${model}`, id: (model: string) => `Jawaban ${model}` },

  greeting: { en: 'What is on your mind?', ms: 'Apa yang anda fikirkan?', id: 'Apa yang sedang Anda pikirkan?' },
  greetingText: {
    en: 'Ask, draft, think aloud. An answer goes on even if you close this page.',
    ms: 'Tanya, karang, luahkan idea. Jawapan terus berjalan walaupun halaman ini ditutup.',
    id: 'Tanyakan, susun, pikirkan bersama. Jawaban terus berjalan meski halaman ini ditutup.',
  },
  ideaExplain: { en: 'Explain something to me', ms: 'Terangkan sesuatu kepada saya', id: 'Jelaskan sesuatu kepada saya' },
  ideaExplainText: {
    en: 'Explain to me, step by step and with an example:',
    ms: 'Terangkan kepada saya, langkah demi langkah dan dengan contoh:',
    id: 'Jelaskan kepada saya, langkah demi langkah dan dengan contoh:',
  },
  ideaWrite: { en: 'Help me write', ms: 'Bantu saya menulis', id: 'Bantu saya menulis' },
  ideaWriteText: { en: 'Help me write', ms: 'Bantu saya menulis', id: 'Bantu saya menulis' },
  ideaPlan: { en: 'Make a plan', ms: 'Buat rancangan', id: 'Buat rencana' },
  ideaPlanText: { en: 'Make me a plan for', ms: 'Buatkan saya rancangan untuk', id: 'Buatkan saya rencana untuk' },
  ideaPrompt: { en: 'Use a kept prompt', ms: 'Guna gesaan tersimpan', id: 'Pakai prompt tersimpan' },

  composer: { en: 'Your message', ms: 'Mesej anda', id: 'Pesan Anda' },
  placeholder: { en: 'Write a message', ms: 'Tulis mesej', id: 'Tulis pesan' },
  placeholderQueue: {
    en: 'Write the next message, it waits for this answer',
    ms: 'Tulis mesej seterusnya, ia menunggu jawapan ini',
    id: 'Tulis pesan berikutnya, akan menunggu jawaban ini',
  },
  send: { en: 'Send', ms: 'Hantar', id: 'Kirim' },
  queue: { en: 'Send after this answer', ms: 'Hantar selepas jawapan ini', id: 'Kirim setelah jawaban ini' },
  stop: { en: 'Stop', ms: 'Henti', id: 'Hentikan' },
  hintKeys: {
    en: 'Enter sends, Shift + Enter makes a line',
    ms: 'Enter menghantar, Shift + Enter membuat baris baharu',
    id: 'Enter mengirim, Shift + Enter membuat baris baru',
  },
  mayNotWrite: {
    en: 'Your role here lets you read, not write.',
    ms: 'Peranan anda di sini membenarkan anda membaca, bukan menulis.',
    id: 'Peran Anda di sini hanya dapat membaca, tidak menulis.',
  },
  addImage: { en: 'Add a picture', ms: 'Tambah gambar', id: 'Tambahkan gambar' },
  dropHere: { en: 'Drop pictures here', ms: 'Lepaskan gambar di sini', id: 'Lepaskan gambar di sini' },
  describeImage: { en: 'Describe the picture (optional)', ms: 'Huraikan gambar (pilihan)', id: 'Jelaskan gambar (opsional)' },
  removeImage: { en: 'Remove the picture', ms: 'Buang gambar', id: 'Hapus gambar' },
  image: { en: 'Picture', ms: 'Gambar', id: 'Gambar' },
  imageUnreadable: {
    en: 'That file is no picture that can be read.',
    ms: 'Fail itu bukan gambar yang boleh dibaca.',
    id: 'Berkas itu bukan gambar yang dapat dibaca.',
  },
  imagesTooMany: {
    en: 'At most four pictures go with one message.',
    ms: 'Paling banyak empat gambar bagi satu mesej.',
    id: 'Paling banyak empat gambar untuk satu pesan.',
  },
  noModel: {
    en: 'No model is chosen. Choose one below, or enter the key of a provider in the settings.',
    ms: 'Tiada model dipilih. Pilih satu di bawah, atau masukkan kunci penyedia dalam tetapan.',
    id: 'Belum ada model yang dipilih. Pilih satu di bawah, atau masukkan kunci penyedia di pengaturan.',
  },
  tooLong: {
    en: 'That is too much for one message. Send it in parts.',
    ms: 'Itu terlalu banyak untuk satu mesej. Hantarkannya secara berperingkat.',
    id: 'Itu terlalu banyak untuk satu pesan. Kirimkan sebagian demi sebagian.',
  },
  outboxFull: {
    en: 'Too much waits to be sent. Wait for the connection, or discard some of it.',
    ms: 'Terlalu banyak yang menunggu untuk dihantar. Tunggu sambungan, atau buang sebahagiannya.',
    id: 'Terlalu banyak yang menunggu dikirim. Tunggu koneksi, atau buang sebagian.',
  },
  usePrompt: { en: 'Kept prompts', ms: 'Gesaan tersimpan', id: 'Prompt tersimpan' },
  removePrompt: { en: 'Send without this prompt', ms: 'Hantar tanpa gesaan ini', id: 'Kirim tanpa prompt ini' },
  preview: { en: 'Show what the model will read', ms: 'Tunjukkan apa yang akan dibaca model', id: 'Tampilkan apa yang akan dibaca model' },

  queued: { en: 'Next, after this answer', ms: 'Seterusnya, selepas jawapan ini', id: 'Berikutnya, setelah jawaban ini' },
  takeBack: { en: 'Take back', ms: 'Tarik balik', id: 'Tarik kembali' },
  queueFull: {
    en: 'One message waits already. Take it back to change it.',
    ms: 'Satu mesej sudah menunggu. Tarik balik untuk mengubahnya.',
    id: 'Satu pesan sudah menunggu. Tarik kembali untuk mengubahnya.',
  },
  sending: { en: 'Sending…', ms: 'Menghantar…', id: 'Mengirim…' },
  waiting: {
    en: 'Not sent yet. It is kept and goes as soon as it can.',
    ms: 'Belum dihantar. Ia disimpan dan dihantar sebaik sahaja boleh.',
    id: 'Belum terkirim. Pesan disimpan dan dikirim begitu bisa.',
  },
  refused: { en: 'Not sent.', ms: 'Tidak dihantar.', id: 'Tidak terkirim.' },
  discard: { en: 'Discard', ms: 'Buang', id: 'Buang' },
  toComposer: { en: 'Change', ms: 'Ubah', id: 'Ubah' },

  newest: { en: 'Newest', ms: 'Terbaharu', id: 'Terbaru' },
  newestCount: {
    en: (count: number) => `Newest, ${plural(count, 'new message', 'new messages')}`,
    ms: (count: number) => `Terbaharu, ${plural(count, 'mesej baharu', 'mesej baharu')}`,
    id: (count: number) => `Terbaru, ${plural(count, 'pesan baru', 'pesan baru')}`,
  },
  aside: {
    en: 'You see another branch of this chat.',
    ms: 'Anda melihat cabang lain perbualan ini.',
    id: 'Anda melihat cabang lain dari obrolan ini.',
  },
  toHead: { en: 'Go to the newest', ms: 'Pergi ke yang terbaharu', id: 'Ke yang terbaru' },
  older: { en: 'Earlier messages', ms: 'Mesej terdahulu', id: 'Pesan sebelumnya' },
  missing: { en: 'This chat is not there.', ms: 'Perbualan ini tiada.', id: 'Obrolan ini tidak ada.' },
  missingText: {
    en: 'It was deleted, or it belongs to somebody else.',
    ms: 'Ia telah dipadam, atau milik orang lain.',
    id: 'Obrolan ini sudah dihapus, atau milik orang lain.',
  },
  unread: { en: 'This chat could not be loaded.', ms: 'Perbualan ini tidak dapat dimuatkan.', id: 'Obrolan ini tidak dapat dimuat.' },

  rename: { en: 'Rename this chat', ms: 'Namakan semula perbualan ini', id: 'Ganti nama obrolan ini' },
  title: { en: 'Title', ms: 'Tajuk', id: 'Judul' },
  titleChanged: {
    en: (title: string) => `Meanwhile it was named “${title}”.`,
    ms: (title: string) => `Sementara itu ia dinamakan “${title}”.`,
    id: (title: string) => `Sementara itu namanya menjadi “${title}”.`,
  },
  keepMine: { en: 'Keep mine', ms: 'Kekalkan yang saya', id: 'Pakai milik saya' },
  takeTheirs: { en: 'Take that one', ms: 'Ambil yang itu', id: 'Pakai yang itu' },
  settings: { en: 'Settings of this chat', ms: 'Tetapan perbualan ini', id: 'Pengaturan obrolan ini' },
})
