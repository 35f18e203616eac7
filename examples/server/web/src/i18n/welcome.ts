// Words of the first visit.
import { catalogue } from './language.svelte'

export const welcome = catalogue({
  heading: { en: 'Welcome', ms: 'Selamat datang', id: 'Selamat datang' },
  headingFor: {
    en: (name: string) => `Welcome, ${name}`,
    ms: (name: string) => `Selamat datang, ${name}`,
    id: (name: string) => `Selamat datang, ${name}`,
  },
  lead: {
    en: 'One thing before the first chat: which model should answer?',
    ms: 'Satu perkara sebelum perbualan pertama: model mana yang patut menjawab?',
    id: 'Satu hal sebelum obrolan pertama: model mana yang akan menjawab?',
  },
  ready: { en: 'Ready to answer', ms: 'Sedia menjawab', id: 'Siap menjawab' },
  demo: {
    en: 'Built in, to try things out: no model, and no key needed.',
    ms: 'Terbina dalam, untuk mencuba: bukan model sebenar, dan tanpa kunci.',
    id: 'Sudah tersedia untuk mencoba: bukan model sungguhan, dan tanpa kunci.',
  },
  more: {
    en: (count: string) => `and ${count} more`,
    ms: (count: string) => `dan ${count} lagi`,
    id: (count: string) => `dan ${count} lainnya`,
  },
  nothing: {
    en: 'Nothing can answer yet. Enter a key, or start a model server on this machine.',
    ms: 'Belum ada yang dapat menjawab. Masukkan kunci, atau mulakan pelayan model pada mesin ini.',
    id: 'Belum ada yang dapat menjawab. Masukkan kunci, atau jalankan server model di mesin ini.',
  },
  key: { en: 'Use a model provider', ms: 'Guna penyedia model', id: 'Pakai penyedia model' },
  keyText: {
    en: 'The server keeps your key encrypted and shows it to nobody again.',
    ms: 'Pelayan menyimpan kunci anda secara disulitkan dan tidak akan menunjukkannya lagi kepada sesiapa.',
    id: 'Server menyimpan kunci Anda secara terenkripsi dan tidak akan menampilkannya lagi kepada siapa pun.',
  },
  provider: { en: 'Provider', ms: 'Penyedia', id: 'Penyedia' },
  apiKey: { en: 'API key', ms: 'Kunci API', id: 'Kunci API' },
  getKey: {
    en: (name: string) => `Get a key from ${name}`,
    ms: (name: string) => `Dapatkan kunci daripada ${name}`,
    id: (name: string) => `Dapatkan kunci dari ${name}`,
  },
  forAll: {
    en: 'Everybody in this workspace may use it',
    ms: 'Semua orang dalam ruang kerja ini boleh menggunakannya',
    id: 'Semua orang di ruang kerja ini boleh memakainya',
  },
  saved: {
    en: (name: string) => `The key for ${name} is saved.`,
    ms: (name: string) => `Kunci untuk ${name} telah disimpan.`,
    id: (name: string) => `Kunci untuk ${name} sudah disimpan.`,
  },
  local: { en: 'Models on this machine', ms: 'Model pada mesin ini', id: 'Model di mesin ini' },
  localText: {
    en: (names: string) => `Not running at the moment: ${names}. Start one of them, and it appears here.`,
    ms: (names: string) => `Tidak berjalan buat masa ini: ${names}. Mulakan salah satu, dan ia akan muncul di sini.`,
    id: (names: string) => `Sedang tidak berjalan: ${names}. Jalankan salah satunya, dan ia akan muncul di sini.`,
  },
  lookAgain: { en: 'Look again', ms: 'Lihat semula', id: 'Cari lagi' },
  start: { en: 'Start the first chat', ms: 'Mulakan perbualan pertama', id: 'Mulai obrolan pertama' },
  skip: { en: 'Go to the chats', ms: 'Ke perbualan', id: 'Ke obrolan' },
})
