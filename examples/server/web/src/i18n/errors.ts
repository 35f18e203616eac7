// What a person is told of a fault (api/fault.ts), and what they can do. One text for each errc of the server, for a
// server that is not there, for a language that does not come, and for what this page does not send by itself any more.
import type { Fault } from '../api/fault'
import { inTime } from './format'
import { catalogue } from './language.svelte'

export const errorTexts = catalogue({
  offline: {
    en: 'The server cannot be reached. Check your connection; nothing you wrote is lost.',
    ms: 'Pelayan tidak dapat dihubungi. Semak sambungan anda; apa yang anda tulis tidak hilang.',
    id: 'Server tidak dapat dijangkau. Periksa koneksi Anda; yang Anda tulis tidak hilang.',
  },
  not_loaded: {
    en: 'The texts of this language could not be loaded. Check your connection, then choose it again.',
    ms: 'Teks bahasa ini tidak dapat dimuatkan. Semak sambungan anda, kemudian pilih semula.',
    id: 'Teks bahasa ini tidak dapat dimuat. Periksa koneksi Anda, lalu pilih lagi.',
  },
  waited_too_long: {
    en: 'It has waited for days, and may have been sent already. Look whether it is here before you send it again.',
    ms: 'Ini sudah menunggu berhari-hari, dan mungkin telah dihantar. Semak sama ada ia sudah ada di sini sebelum menghantarnya lagi.',
    id: 'Ini sudah menunggu berhari-hari, dan mungkin sudah terkirim. Periksa apakah sudah ada di sini sebelum mengirimnya lagi.',
  },
  invalid_argument: {
    en: 'Something in this is not right. Check what you entered.',
    ms: 'Ada yang tidak betul di sini. Semak apa yang anda isi.',
    id: 'Ada yang tidak tepat di sini. Periksa yang Anda isi.',
  },
  unauthenticated: {
    en: 'You are not signed in. Sign in and try again.',
    ms: 'Anda belum log masuk. Log masuk dan cuba lagi.',
    id: 'Anda belum masuk. Masuk lalu coba lagi.',
  },
  permission_denied: {
    en: 'You are not allowed to do this. Ask whoever administers your workspace.',
    ms: 'Anda tidak dibenarkan melakukan ini. Tanya pentadbir ruang kerja anda.',
    id: 'Anda tidak diizinkan melakukan ini. Tanyakan kepada administrator ruang kerja Anda.',
  },
  not_found: {
    en: 'This does not exist any more, or is not yours to see.',
    ms: 'Ini sudah tiada, atau bukan untuk anda lihat.',
    id: 'Ini sudah tidak ada, atau bukan untuk Anda lihat.',
  },
  conflict: {
    en: 'It was changed elsewhere in the meantime. Look at the newer version and try again.',
    ms: 'Ia telah diubah di tempat lain. Lihat versi yang lebih baharu dan cuba lagi.',
    id: 'Ini sudah diubah di tempat lain. Lihat versi yang lebih baru lalu coba lagi.',
  },
  already_exists: {
    en: 'There is one like this already. Choose another name or address.',
    ms: 'Yang seperti ini sudah ada. Pilih nama atau alamat lain.',
    id: 'Yang seperti ini sudah ada. Pilih nama atau alamat lain.',
  },
  rate_limited: {
    en: 'That was too much in a short time. Wait a moment and try again.',
    ms: 'Terlalu banyak dalam masa singkat. Tunggu sebentar dan cuba lagi.',
    id: 'Terlalu banyak dalam waktu singkat. Tunggu sebentar lalu coba lagi.',
  },
  quota_exceeded: {
    en: 'Your quota is used up. See your usage, or ask whoever administers your workspace.',
    ms: 'Kuota anda sudah habis. Lihat penggunaan anda, atau tanya pentadbir ruang kerja.',
    id: 'Kuota Anda sudah habis. Lihat pemakaian Anda, atau tanyakan kepada administrator ruang kerja.',
  },
  payload_too_large: {
    en: 'This is too large to be sent. Make it shorter, or send a smaller image.',
    ms: 'Ini terlalu besar untuk dihantar. Pendekkan, atau hantar gambar yang lebih kecil.',
    id: 'Ini terlalu besar untuk dikirim. Perpendek, atau kirim gambar yang lebih kecil.',
  },
  unsupported: {
    en: 'The model or the server cannot do this. Choose another model, or leave out what it does not know.',
    ms: 'Model atau pelayan tidak dapat melakukannya. Pilih model lain, atau tinggalkan apa yang tidak dikenalinya.',
    id: 'Model atau server tidak dapat melakukannya. Pilih model lain, atau hilangkan yang tidak dikenalnya.',
  },
  provider_error: {
    en: 'The model’s provider answered with an error. Try again, or choose another model.',
    ms: 'Penyedia model memberi ralat. Cuba lagi, atau pilih model lain.',
    id: 'Penyedia model menjawab dengan galat. Coba lagi, atau pilih model lain.',
  },
  unavailable: {
    en: 'The server or the model is busy. Try again in a moment.',
    ms: 'Pelayan atau model sedang sibuk. Cuba lagi sebentar lagi.',
    id: 'Server atau model sedang sibuk. Coba lagi sebentar lagi.',
  },
  deadline_exceeded: {
    en: 'It took too long. Try again, or choose a faster model.',
    ms: 'Ia mengambil masa terlalu lama. Cuba lagi, atau pilih model yang lebih pantas.',
    id: 'Ini terlalu lama. Coba lagi, atau pilih model yang lebih cepat.',
  },
  cancelled: { en: 'It was stopped.', ms: 'Ia telah dihentikan.', id: 'Ini telah dihentikan.' },
  data_loss: {
    en: 'Stored data is damaged. Tell whoever runs this server.',
    ms: 'Data yang disimpan telah rosak. Beritahu pengendali pelayan ini.',
    id: 'Data yang tersimpan rusak. Beri tahu pengelola server ini.',
  },
  internal: {
    en: 'Something went wrong on the server. Try again; if it stays so, tell whoever runs it.',
    ms: 'Ada masalah pada pelayan. Cuba lagi; jika masih begitu, beritahu pengendalinya.',
    id: 'Ada masalah di server. Coba lagi; jika tetap begitu, beri tahu pengelolanya.',
  },
})

const more = catalogue({
  again: {
    en: (when: string) => `Possible again ${when}.`,
    ms: (when: string) => `Boleh dicuba semula ${when}.`,
    id: (when: string) => `Bisa dicoba lagi ${when}.`,
  },
})

type Known = keyof typeof errorTexts

export function explain(fault: Fault): string {
  const text = errorTexts[Object.hasOwn(errorTexts, fault.code) ? (fault.code as Known) : 'internal']
  return fault.retryAfterMs !== null && fault.retryAfterMs >= 1_000 ? `${text} ${more.again(inTime(fault.retryAfterMs))}` : text
}
