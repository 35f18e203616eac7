// Words of the dialogs of the sidebar, which come when one of them is asked for.
import { catalogue } from './language.svelte'

export const listDialogs = catalogue({
  removeChat: { en: 'Delete this chat?', ms: 'Padam perbualan ini?', id: 'Hapus obrolan ini?' },
  removeChatText: {
    en: (title: string) => `“${title}” and everything said in it will be gone for good. The archive keeps it out of sight instead.`,
    ms: (title: string) => `“${title}” dan segala yang dibualkan di dalamnya akan hilang selama-lamanya. Arkib pula cuma menyembunyikannya.`,
    id: (title: string) => `“${title}” dan semua isinya akan hilang selamanya. Arsip hanya menyembunyikannya.`,
  },
  archiveInstead: { en: 'Archive instead', ms: 'Arkibkan sahaja', id: 'Arsipkan saja' },
  removeFolder: { en: 'Delete this folder?', ms: 'Padam folder ini?', id: 'Hapus folder ini?' },
  removeFolderText: {
    en: (name: string) => `“${name}” goes; the chats and folders in it stay and move up one level.`,
    ms: (name: string) => `“${name}” dipadam; perbualan dan folder di dalamnya kekal dan naik satu aras.`,
    id: (name: string) => `“${name}” dihapus; obrolan dan folder di dalamnya tetap ada dan naik satu tingkat.`,
  },

  folderName: { en: 'Name of the folder', ms: 'Nama folder', id: 'Nama folder' },
  make: { en: 'Create', ms: 'Cipta', id: 'Buat' },
  moveTitle: {
    en: (title: string) => `Move “${title}”`,
    ms: (title: string) => `Pindahkan “${title}”`,
    id: (title: string) => `Pindahkan “${title}”`,
  },
  moveHere: { en: 'Move', ms: 'Pindahkan', id: 'Pindahkan' },
  noFolder: { en: 'No folder', ms: 'Tiada folder', id: 'Tanpa folder' },
  atTop: { en: 'At the top', ms: 'Di aras teratas', id: 'Di tingkat teratas' },
  staleTitle: {
    en: 'The name has changed meanwhile',
    ms: 'Nama telah berubah sementara itu',
    id: 'Namanya telah berubah sementara itu',
  },
  staleText: {
    en: 'It was renamed elsewhere while you were writing. Which name shall it have?',
    ms: 'Ia dinamakan semula di tempat lain semasa anda menulis. Nama yang mana patut digunakan?',
    id: 'Namanya diganti di tempat lain saat Anda menulis. Nama mana yang dipakai?',
  },
  theirName: { en: 'Name now', ms: 'Nama sekarang', id: 'Nama sekarang' },
  yourName: { en: 'Your name for it', ms: 'Nama anda', id: 'Nama dari Anda' },
  keepTheirs: { en: 'Keep as it is', ms: 'Biarkan seadanya', id: 'Biarkan apa adanya' },
  useMine: { en: 'Use mine', ms: 'Guna nama saya', id: 'Pakai nama saya' },

  tagsOf: {
    en: (title: string) => `Tags of “${title}”`,
    ms: (title: string) => `Tag untuk “${title}”`,
    id: (title: string) => `Tag untuk “${title}”`,
  },
  addTag: { en: 'Add a tag', ms: 'Tambah tag', id: 'Tambah tag' },
  addTagHint: {
    en: 'Press Enter after each. Tags that are new are made.',
    ms: 'Tekan Enter selepas setiap satu. Tag baharu akan dicipta.',
    id: 'Tekan Enter setelah setiap tag. Tag yang baru akan dibuat.',
  },
  takeOff: {
    en: (name: string) => `Take off ${name}`,
    ms: (name: string) => `Buang ${name}`,
    id: (name: string) => `Lepas ${name}`,
  },
  tooManyTags: {
    en: 'A chat has 32 tags at most.',
    ms: 'Satu perbualan boleh ada paling banyak 32 tag.',
    id: 'Satu obrolan bisa punya paling banyak 32 tag.',
  },
  tagTooLong: {
    en: 'This tag is too long.',
    ms: 'Tag ini terlalu panjang.',
    id: 'Tag ini terlalu panjang.',
  },
})
