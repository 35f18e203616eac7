// Settings: their sections, how the page looks and speaks, keys of the keyboard, tools that were allowed.
import { catalogue } from './language.svelte'

export const settings = catalogue({
  title: { en: 'Settings', ms: 'Tetapan', id: 'Pengaturan' },
  profile: { en: 'Profile', ms: 'Profil', id: 'Profil' },
  appearance: { en: 'Appearance', ms: 'Paparan', id: 'Tampilan' },
  keyboard: { en: 'Keyboard', ms: 'Papan kekunci', id: 'Papan ketik' },
  sessions: { en: 'Sessions', ms: 'Sesi', id: 'Sesi' },
  tokens: { en: 'API tokens', ms: 'Token API', id: 'Token API' },
  keys: { en: 'Provider keys', ms: 'Kunci penyedia', id: 'Kunci penyedia' },
  tools: { en: 'Allowed tools', ms: 'Alat yang dibenarkan', id: 'Alat yang diizinkan' },
  workspaces: { en: 'Workspaces', ms: 'Ruang kerja', id: 'Ruang kerja' },
  data: { en: 'Your data', ms: 'Data anda', id: 'Data Anda' },
  saved: { en: 'Saved.', ms: 'Telah disimpan.', id: 'Tersimpan.' },

  language: { en: 'Language', ms: 'Bahasa', id: 'Bahasa' },
  languageText: {
    en: 'What this page speaks, on all your devices. Answers are in the language you ask in.',
    ms: 'Bahasa halaman ini pada semua peranti anda. Jawapan mengikut bahasa soalan anda.',
    id: 'Bahasa halaman ini di semua perangkat Anda. Jawaban mengikuti bahasa pertanyaan Anda.',
  },
  theme: { en: 'Theme', ms: 'Tema', id: 'Tema' },
  themeText: {
    en: 'Light or dark, or as your device has it.',
    ms: 'Cerah atau gelap, atau mengikut peranti anda.',
    id: 'Terang atau gelap, atau mengikuti perangkat Anda.',
  },
  themeSystem: { en: 'As the system', ms: 'Ikut sistem', id: 'Ikuti sistem' },
  themeLight: { en: 'Light', ms: 'Cerah', id: 'Terang' },
  themeDark: { en: 'Dark', ms: 'Gelap', id: 'Gelap' },
  reading: { en: 'Screen readers', ms: 'Pembaca skrin', id: 'Pembaca layar' },
  readingText: {
    en: 'An answer is announced once, when it is finished.',
    ms: 'Jawapan diumumkan sekali sahaja, apabila sudah siap.',
    id: 'Jawaban diumumkan satu kali, setelah selesai.',
  },
  readWhole: { en: 'Read whole answers', ms: 'Bacakan jawapan sepenuhnya', id: 'Bacakan jawaban seutuhnya' },
  readWholeHint: {
    en: 'Otherwise only the first sentence is read.',
    ms: 'Jika tidak, hanya ayat pertama dibacakan.',
    id: 'Jika tidak, hanya kalimat pertama yang dibacakan.',
  },

  keyboardText: {
    en: 'Shortcuts work wherever you are on the page. Give one other keys, or turn it off.',
    ms: 'Pintasan berfungsi di mana-mana sahaja pada halaman ini. Tukar kekuncinya, atau matikan.',
    id: 'Pintasan berlaku di mana pun di halaman ini. Ganti tombolnya, atau matikan.',
  },
  keyboardList: { en: 'Shortcuts', ms: 'Pintasan', id: 'Pintasan' },
  changeKeys: {
    en: (name: string) => `Change the keys of “${name}”`,
    ms: (name: string) => `Tukar kekunci bagi “${name}”`,
    id: (name: string) => `Ganti tombol untuk “${name}”`,
  },
  pressKeys: { en: 'Press the new keys…', ms: 'Tekan kekunci baharu…', id: 'Tekan tombol baru…' },
  pressKeysHint: {
    en: 'With Ctrl, Alt or ⌘. Escape leaves it as it was.',
    ms: 'Bersama Ctrl, Alt atau ⌘. Escape untuk membatalkan.',
    id: 'Bersama Ctrl, Alt, atau ⌘. Escape untuk membatalkan.',
  },
  keysTaken: {
    en: (name: string) => `These keys already belong to “${name}”.`,
    ms: (name: string) => `Kekunci ini sudah digunakan untuk “${name}”.`,
    id: (name: string) => `Tombol ini sudah dipakai untuk “${name}”.`,
  },
  useShortcut: {
    en: (name: string) => `Use “${name}”`,
    ms: (name: string) => `Guna “${name}”`,
    id: (name: string) => `Pakai “${name}”`,
  },
  off: { en: 'Off', ms: 'Dimatikan', id: 'Nonaktif' },
  defaults: { en: 'Restore the usual keys', ms: 'Pulihkan kekunci asal', id: 'Kembalikan tombol semula' },

  toolsText: {
    en: 'These tools are used without asking you first. Take it back, and you are asked again.',
    ms: 'Alat ini digunakan tanpa bertanya kepada anda. Tarik balik, dan anda akan ditanya semula.',
    id: 'Alat ini dipakai tanpa bertanya kepada Anda. Cabut izinnya, dan Anda akan ditanya lagi.',
  },
  noTools: {
    en: 'You have not allowed any tool for good.',
    ms: 'Anda belum membenarkan mana-mana alat secara tetap.',
    id: 'Belum ada alat yang Anda izinkan untuk seterusnya.',
  },
  inEveryChat: { en: 'In every chat', ms: 'Dalam semua perbualan', id: 'Di semua obrolan' },
  inOneChat: { en: 'In one chat', ms: 'Dalam satu perbualan', id: 'Di satu obrolan' },
  openChat: { en: 'Open the chat', ms: 'Buka perbualan', id: 'Buka obrolan' },
  takeBack: { en: 'Take back', ms: 'Tarik balik', id: 'Cabut izin' },
  tookBack: {
    en: (tool: string) => `${tool} asks again from now on.`,
    ms: (tool: string) => `${tool} akan bertanya semula mulai sekarang.`,
    id: (tool: string) => `${tool} akan bertanya lagi mulai sekarang.`,
  },
})
