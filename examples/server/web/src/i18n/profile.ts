// Settings: who one is, the password, one's data and how to leave.
import { catalogue } from './language.svelte'

export const profileText = catalogue({
  about: {
    en: 'How you appear to others in your workspace.',
    ms: 'Cara anda dilihat oleh orang lain dalam ruang kerja anda.',
    id: 'Bagaimana Anda terlihat oleh orang lain di ruang kerja Anda.',
  },
  name: { en: 'Name', ms: 'Nama', id: 'Nama' },
  email: { en: 'Email', ms: 'E-mel', id: 'Email' },
  emailHint: {
    en: 'You sign in with it; it cannot be changed here.',
    ms: 'Anda log masuk dengannya; tidak boleh ditukar di sini.',
    id: 'Anda masuk dengan ini; tidak dapat diubah di sini.',
  },
  noEmail: { en: 'None', ms: 'Tiada', id: 'Tidak ada' },
  picture: { en: 'Picture', ms: 'Gambar', id: 'Foto' },
  choosePicture: { en: 'Choose a picture', ms: 'Pilih gambar', id: 'Pilih foto' },
  removePicture: { en: 'Remove the picture', ms: 'Buang gambar', id: 'Hapus foto' },
  pictureHint: {
    en: 'It is made small in your browser before it is sent.',
    ms: 'Gambar dikecilkan dalam pelayar anda sebelum dihantar.',
    id: 'Foto diperkecil di peramban Anda sebelum dikirim.',
  },
  pictureUnread: {
    en: 'This file could not be read as a picture. Try a JPEG or PNG.',
    ms: 'Fail ini tidak dapat dibaca sebagai gambar. Cuba JPEG atau PNG.',
    id: 'Berkas ini tidak dapat dibaca sebagai gambar. Coba JPEG atau PNG.',
  },
  pictureSaved: { en: 'Your picture has changed.', ms: 'Gambar anda telah ditukar.', id: 'Foto Anda sudah diganti.' },
  nameUnfit: {
    en: 'This name cannot be used. Up to 200 signs, without line breaks.',
    ms: 'Nama ini tidak boleh digunakan. Paling banyak 200 aksara, tanpa baris baharu.',
    id: 'Nama ini tidak dapat dipakai. Paling banyak 200 karakter, tanpa baris baru.',
  },
  newer: {
    en: 'Your profile was changed elsewhere meanwhile.',
    ms: 'Profil anda telah diubah di tempat lain sementara itu.',
    id: 'Profil Anda sudah diubah di tempat lain sementara itu.',
  },
  theirs: { en: 'Saved meanwhile', ms: 'Disimpan sementara itu', id: 'Tersimpan sementara itu' },
  own: { en: 'What you typed', ms: 'Yang anda taip', id: 'Yang Anda ketik' },
  take: { en: 'Use what is saved', ms: 'Guna yang disimpan', id: 'Pakai yang tersimpan' },
  keep: { en: 'Save what I typed', ms: 'Simpan yang saya taip', id: 'Simpan yang saya ketik' },

  password: { en: 'Password', ms: 'Kata laluan', id: 'Kata sandi' },
  passwordText: {
    en: 'A new password ends every other session of yours.',
    ms: 'Kata laluan baharu menamatkan semua sesi anda yang lain.',
    id: 'Kata sandi baru mengakhiri semua sesi Anda yang lain.',
  },
  currentPassword: { en: 'Current password', ms: 'Kata laluan semasa', id: 'Kata sandi saat ini' },
  newPassword: { en: 'New password', ms: 'Kata laluan baharu', id: 'Kata sandi baru' },
  passwordHint: {
    en: '8 to 72 characters; a sentence is easy to remember.',
    ms: '8 hingga 72 aksara; satu ayat mudah diingati.',
    id: '8 sampai 72 karakter; sebuah kalimat mudah diingat.',
  },
  passwordUnfit: {
    en: 'It needs 8 to 72 characters; accented letters and emoji count for more.',
    ms: 'Perlu 8 hingga 72 aksara; huruf beraksen dan emoji dikira lebih.',
    id: 'Perlu 8 sampai 72 karakter; huruf beraksen dan emoji dihitung lebih.',
  },
  wrongPassword: {
    en: 'That is not your current password.',
    ms: 'Itu bukan kata laluan semasa anda.',
    id: 'Itu bukan kata sandi Anda saat ini.',
  },
  changePassword: { en: 'Change the password', ms: 'Tukar kata laluan', id: 'Ganti kata sandi' },
  passwordChanged: {
    en: 'Your password has changed. Your other sessions have ended.',
    ms: 'Kata laluan anda telah ditukar. Sesi anda yang lain telah ditamatkan.',
    id: 'Kata sandi Anda sudah diganti. Sesi Anda yang lain telah berakhir.',
  },

  takeAlong: { en: 'Take your data along', ms: 'Bawa data anda', id: 'Bawa data Anda' },
  takeAlongText: {
    en: 'Everything that is stored about you, in every workspace, as one JSON file: profile, chats, messages, usage.',
    ms: 'Semua yang disimpan tentang anda, dalam setiap ruang kerja, sebagai satu fail JSON: profil, perbualan, mesej, penggunaan.',
    id: 'Semua yang tersimpan tentang Anda, di setiap ruang kerja, sebagai satu berkas JSON: profil, obrolan, pesan, pemakaian.',
  },
  exportAll: { en: 'Download everything', ms: 'Muat turun semuanya', id: 'Unduh semuanya' },
  exporting: {
    en: (records: string, size: string) => `${records} so far, ${size}`,
    ms: (records: string, size: string) => `${records} setakat ini, ${size}`,
    id: (records: string, size: string) => `${records} sejauh ini, ${size}`,
  },
  record: { en: 'record', ms: 'rekod', id: 'catatan' },
  records: { en: 'records', ms: 'rekod', id: 'catatan' },
  exported: {
    en: (records: string) => `${records} are in your file.`,
    ms: (records: string) => `${records} ada dalam fail anda.`,
    id: (records: string) => `${records} ada di berkas Anda.`,
  },
  damaged: {
    en: (records: string) => `${records} could not be read and are missing from it.`,
    ms: (records: string) => `${records} tidak dapat dibaca dan tiada di dalamnya.`,
    id: (records: string) => `${records} tidak dapat dibaca dan tidak ada di dalamnya.`,
  },

  deleteAccount: { en: 'Delete the account', ms: 'Padam akaun', id: 'Hapus akun' },
  deleteAccountText: {
    en: 'Erases you, your chats and everything of yours in every workspace, for good. Download your data first.',
    ms: 'Memadam anda, perbualan anda dan semua milik anda dalam setiap ruang kerja, selama-lamanya. Muat turun data anda dahulu.',
    id: 'Menghapus Anda, obrolan Anda, dan semua milik Anda di setiap ruang kerja, selamanya. Unduh data Anda lebih dulu.',
  },
  deleteAsk: {
    en: 'There is no way back. Type your password to confirm.',
    ms: 'Tiada jalan kembali. Taip kata laluan anda untuk mengesahkan.',
    id: 'Tidak ada jalan kembali. Ketik kata sandi Anda untuk mengonfirmasi.',
  },
  deleteForGood: { en: 'Delete my account for good', ms: 'Padam akaun saya selamanya', id: 'Hapus akun saya selamanya' },
  lastOwner: {
    en: 'You are the last owner of a workspace. Make somebody else an owner, or delete the workspace first.',
    ms: 'Anda pemilik terakhir sebuah ruang kerja. Lantik pemilik lain, atau padam ruang kerja itu dahulu.',
    id: 'Anda pemilik terakhir sebuah ruang kerja. Tunjuk pemilik lain, atau hapus ruang kerja itu lebih dulu.',
  },
  deleted: { en: 'Your account is gone.', ms: 'Akaun anda telah dipadam.', id: 'Akun Anda sudah dihapus.' },
})
