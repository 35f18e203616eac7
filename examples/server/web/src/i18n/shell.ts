// Words around the pages.
import { catalogue } from './language.svelte'

export const shell = catalogue({
  skip: { en: 'Skip to the content', ms: 'Langkau ke kandungan', id: 'Langsung ke isi' },
  openSidebar: { en: 'Open the menu', ms: 'Buka menu', id: 'Buka menu' },
  closeSidebar: { en: 'Close the menu', ms: 'Tutup menu', id: 'Tutup menu' },
  newChat: { en: 'New chat', ms: 'Perbualan baharu', id: 'Obrolan baru' },
  search: { en: 'Search', ms: 'Carian', id: 'Pencarian' },
  templates: { en: 'Prompts', ms: 'Gesaan', id: 'Prompt' },
  settings: { en: 'Settings', ms: 'Tetapan', id: 'Pengaturan' },
  admin: { en: 'Administration', ms: 'Pentadbiran', id: 'Administrasi' },
  usage: { en: 'Usage', ms: 'Penggunaan', id: 'Pemakaian' },
  signIn: { en: 'Sign in', ms: 'Log masuk', id: 'Masuk' },
  signUp: { en: 'Create an account', ms: 'Cipta akaun', id: 'Buat akun' },
  welcome: { en: 'Welcome', ms: 'Selamat datang', id: 'Selamat datang' },
  join: { en: 'Invitation', ms: 'Jemputan', id: 'Undangan' },
  notFound: { en: 'Page not found', ms: 'Halaman tidak dijumpai', id: 'Halaman tidak ditemukan' },
  notFoundText: {
    en: 'There is nothing at this address. Perhaps it was mistyped, or what was here has been deleted.',
    ms: 'Tiada apa-apa di alamat ini. Mungkin tersilap taip, atau kandungannya sudah dipadam.',
    id: 'Tidak ada apa-apa di alamat ini. Mungkin salah ketik, atau isinya sudah dihapus.',
  },
  toChats: { en: 'Go to your chats', ms: 'Ke perbualan anda', id: 'Ke obrolan Anda' },
  connecting: { en: 'Connecting to the server…', ms: 'Menyambung ke pelayan…', id: 'Menghubungkan ke server…' },
  offline: {
    en: 'No connection. What you write is kept; this page keeps trying.',
    ms: 'Tiada sambungan. Apa yang anda tulis disimpan; halaman ini terus mencuba.',
    id: 'Tidak ada koneksi. Yang Anda tulis tetap tersimpan; halaman ini terus mencoba.',
  },
  draining: {
    en: 'The server is restarting. It will be back in a moment.',
    ms: 'Pelayan sedang dimulakan semula. Ia akan kembali sebentar lagi.',
    id: 'Server sedang dimulai ulang. Sebentar lagi kembali.',
  },
  buffered: {
    en: 'A proxy holds answers back: they appear late, or all at once.',
    ms: 'Sebuah proksi menahan jawapan: jawapan muncul lewat, atau sekali gus.',
    id: 'Sebuah proksi menahan jawaban: jawaban muncul terlambat, atau sekaligus.',
  },
  newPage: { en: 'A new version is here.', ms: 'Versi baharu sudah ada.', id: 'Versi baru sudah tersedia.' },
  newPageHint: {
    en: 'Reload to use it. What you have written is kept.',
    ms: 'Muat semula untuk menggunakannya. Apa yang anda tulis disimpan.',
    id: 'Muat ulang untuk memakainya. Yang Anda tulis tetap tersimpan.',
  },
  reload: { en: 'Reload', ms: 'Muat semula', id: 'Muat ulang' },
  later: { en: 'Later', ms: 'Nanti', id: 'Nanti' },
  notLoaded: {
    en: 'This part of the page could not be loaded.',
    ms: 'Bahagian halaman ini tidak dapat dimuatkan.',
    id: 'Bagian halaman ini tidak dapat dimuat.',
  },
  broken: {
    en: 'Something on this page went wrong.',
    ms: 'Ada yang tidak kena pada halaman ini.',
    id: 'Ada yang salah di halaman ini.',
  },
  language: { en: 'Language', ms: 'Bahasa', id: 'Bahasa' },
  theme: { en: 'Colours', ms: 'Warna', id: 'Warna' },
  themeSystem: { en: 'As the system', ms: 'Ikut sistem', id: 'Ikuti sistem' },
  themeLight: { en: 'Light', ms: 'Cerah', id: 'Terang' },
  themeDark: { en: 'Dark', ms: 'Gelap', id: 'Gelap' },
})
