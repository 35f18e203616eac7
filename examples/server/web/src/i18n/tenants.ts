// The workspaces that one belongs to, and the roles in one.
import { catalogue } from './language.svelte'

export const roleText = catalogue({
  owner: { en: 'Owner', ms: 'Pemilik', id: 'Pemilik' },
  admin: { en: 'Admin', ms: 'Pentadbir', id: 'Admin' },
  member: { en: 'Member', ms: 'Ahli', id: 'Anggota' },
  viewer: { en: 'Viewer', ms: 'Pembaca', id: 'Pembaca' },
})

export const roleHint = catalogue({
  owner: {
    en: 'May do everything, also set quotas and delete the workspace.',
    ms: 'Boleh melakukan semuanya, termasuk menetapkan kuota dan memadam ruang kerja.',
    id: 'Boleh melakukan semuanya, termasuk mengatur kuota dan menghapus ruang kerja.',
  },
  admin: {
    en: 'Manages members, keys and shared prompts; sees the audit log and everybody’s usage.',
    ms: 'Mengurus ahli, kunci dan gesaan kongsi; melihat log audit dan penggunaan semua orang.',
    id: 'Mengelola anggota, kunci, dan prompt bersama; melihat log audit dan pemakaian semua orang.',
  },
  member: {
    en: 'Chats, writes and shares prompts, has keys and tokens of their own.',
    ms: 'Berbual, menulis dan berkongsi gesaan, mempunyai kunci dan token sendiri.',
    id: 'Mengobrol, menulis dan membagikan prompt, punya kunci dan token sendiri.',
  },
  viewer: {
    en: 'Reads only: their chats, prompts, the workspace’s members.',
    ms: 'Membaca sahaja: perbualan mereka, gesaan, ahli ruang kerja.',
    id: 'Hanya membaca: obrolannya, prompt, anggota ruang kerja.',
  },
})

export const tenantText = catalogue({
  own: { en: 'Your workspaces', ms: 'Ruang kerja anda', id: 'Ruang kerja Anda' },
  ownText: {
    en: 'Each has its own chats, members and keys. You work in one at a time.',
    ms: 'Setiap satu mempunyai perbualan, ahli dan kuncinya sendiri. Anda bekerja dalam satu pada satu masa.',
    id: 'Masing-masing punya obrolan, anggota, dan kunci sendiri. Anda bekerja di satu ruang kerja pada satu waktu.',
  },
  none: {
    en: 'You belong to no workspace. Make one, or ask for an invitation.',
    ms: 'Anda bukan ahli mana-mana ruang kerja. Cipta satu, atau minta jemputan.',
    id: 'Anda bukan anggota ruang kerja mana pun. Buat satu, atau minta undangan.',
  },
  here: { en: 'You are here', ms: 'Anda di sini', id: 'Anda di sini' },
  suspended: { en: 'Suspended', ms: 'Digantung', id: 'Ditangguhkan' },
  deleting: { en: 'Being erased', ms: 'Sedang dipadam', id: 'Sedang dihapus' },
  youSuspended: { en: 'You are suspended here', ms: 'Anda digantung di sini', id: 'Anda ditangguhkan di sini' },
  switchTo: { en: 'Switch', ms: 'Tukar', id: 'Beralih' },
  switchNamed: {
    en: (name: string) => `Switch to ${name}`,
    ms: (name: string) => `Tukar ke ${name}`,
    id: (name: string) => `Beralih ke ${name}`,
  },
  leave: { en: 'Leave', ms: 'Keluar', id: 'Keluar' },
  leaveNamed: { en: (name: string) => `Leave ${name}`, ms: (name: string) => `Keluar dari ${name}`, id: (name: string) => `Keluar dari ${name}` },
  leaveAsk: {
    en: 'You lose your access, your tokens for it and the invitations that you made. Somebody must invite you to come back.',
    ms: 'Anda hilang akses, token anda untuknya dan jemputan yang anda buat. Anda perlu dijemput semula untuk kembali.',
    id: 'Anda kehilangan akses, token Anda untuknya, dan undangan yang Anda buat. Anda harus diundang lagi untuk kembali.',
  },
  left: { en: (name: string) => `You have left ${name}.`, ms: (name: string) => `Anda telah keluar dari ${name}.`, id: (name: string) => `Anda sudah keluar dari ${name}.` },
  lastOwner: {
    en: 'You are its last owner. Make somebody else an owner first, or delete the workspace.',
    ms: 'Anda pemilik terakhirnya. Lantik pemilik lain dahulu, atau padam ruang kerja ini.',
    id: 'Anda pemilik terakhirnya. Tunjuk pemilik lain dulu, atau hapus ruang kerja ini.',
  },
  resume: { en: 'Resume', ms: 'Pulihkan', id: 'Aktifkan lagi' },
  resumeNamed: { en: (name: string) => `Resume ${name}`, ms: (name: string) => `Pulihkan ${name}`, id: (name: string) => `Aktifkan lagi ${name}` },
  resumed: {
    en: (name: string) => `${name} works again.`,
    ms: (name: string) => `${name} berfungsi semula.`,
    id: (name: string) => `${name} berjalan lagi.`,
  },
  create: { en: 'New workspace', ms: 'Ruang kerja baharu', id: 'Ruang kerja baru' },
  createText: { en: 'You become its owner.', ms: 'Anda menjadi pemiliknya.', id: 'Anda menjadi pemiliknya.' },
  createAction: { en: 'Create', ms: 'Cipta', id: 'Buat' },
  created: { en: (name: string) => `${name} is ready.`, ms: (name: string) => `${name} sudah sedia.`, id: (name: string) => `${name} sudah siap.` },
  createClosed: {
    en: 'This server lets nobody make workspaces by themselves. Ask its operator.',
    ms: 'Pelayan ini tidak membenarkan sesiapa mencipta ruang kerja sendiri. Tanya pengendalinya.',
    id: 'Server ini tidak mengizinkan siapa pun membuat ruang kerja sendiri. Tanyakan kepada pengelolanya.',
  },
  name: { en: 'Name', ms: 'Nama', id: 'Nama' },
  nameTaken: { en: 'There is one of this name already.', ms: 'Nama ini sudah digunakan.', id: 'Nama ini sudah dipakai.' },
  nameUnfit: {
    en: 'This name cannot be used. 1 to 100 signs, without line breaks.',
    ms: 'Nama ini tidak boleh digunakan. 1 hingga 100 aksara, tanpa baris baharu.',
    id: 'Nama ini tidak dapat dipakai. 1 sampai 100 karakter, tanpa baris baru.',
  },
})
