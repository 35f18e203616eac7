import { catalogue } from './language.svelte'

// What a drawn answer says around its text.
export const markdown = catalogue({
  code: {
    en: (language: string) => (language === '' ? 'Code' : `Code in ${language}`),
    ms: (language: string) => (language === '' ? 'Kod' : `Kod ${language}`),
    id: (language: string) => (language === '' ? 'Kode' : `Kode ${language}`),
  },
  copy: { en: 'Copy', ms: 'Salin', id: 'Salin' },
  copied: { en: 'Copied', ms: 'Disalin', id: 'Tersalin' },
  copyFailed: { en: 'Not copied', ms: 'Gagal disalin', id: 'Gagal disalin' },
  wrap: { en: 'Wrap', ms: 'Balut', id: 'Bungkus' },
  download: { en: 'Download', ms: 'Muat turun', id: 'Unduh' },
  table: { en: 'Table', ms: 'Jadual', id: 'Tabel' },
  formula: { en: 'Formula', ms: 'Formula', id: 'Rumus' },
  done: { en: 'Done', ms: 'Selesai', id: 'Selesai' },
  notDone: { en: 'Not done', ms: 'Belum selesai', id: 'Belum selesai' },
  imageFrom: {
    en: (host: string) => `image from ${host}`,
    ms: (host: string) => `gambar daripada ${host}`,
    id: (host: string) => `gambar dari ${host}`,
  },
  showRest: {
    en: (kilobytes: number) => `Show the rest (${kilobytes} kB)`,
    ms: (kilobytes: number) => `Tunjukkan selebihnya (${kilobytes} kB)`,
    id: (kilobytes: number) => `Tampilkan sisanya (${kilobytes} kB)`,
  },
  hidden: {
    en: (code: string) => `Hidden character ${code}`,
    ms: (code: string) => `Aksara tersembunyi ${code}`,
    id: (code: string) => `Karakter tersembunyi ${code}`,
  },
})
