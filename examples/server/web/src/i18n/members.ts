// Administration: who belongs to the workspace, and who is invited.
import { catalogue } from './language.svelte'

export const memberText = catalogue({
  about: {
    en: 'Who belongs to this workspace, and what they may do.',
    ms: 'Ahli ruang kerja ini, dan apa yang mereka boleh lakukan.',
    id: 'Siapa saja di ruang kerja ini, dan apa yang boleh mereka lakukan.',
  },
  none: { en: 'Nobody yet.', ms: 'Belum ada sesiapa.', id: 'Belum ada siapa pun.' },
  you: { en: 'You', ms: 'Anda', id: 'Anda' },
  suspended: { en: 'Suspended', ms: 'Digantung', id: 'Ditangguhkan' },
  joined: { en: (when: string) => `since ${when}`, ms: (when: string) => `sejak ${when}`, id: (when: string) => `sejak ${when}` },
  actions: {
    en: (name: string) => `Actions for ${name}`,
    ms: (name: string) => `Tindakan untuk ${name}`,
    id: (name: string) => `Tindakan untuk ${name}`,
  },
  changeRole: { en: 'Change the role', ms: 'Tukar peranan', id: 'Ganti peran' },
  roleOf: { en: (name: string) => `Role of ${name}`, ms: (name: string) => `Peranan ${name}`, id: (name: string) => `Peran ${name}` },
  role: { en: 'Role', ms: 'Peranan', id: 'Peran' },
  roleChanged: {
    en: (name: string, role: string) => `${name}: ${role}.`,
    ms: (name: string, role: string) => `${name}: ${role}.`,
    id: (name: string, role: string) => `${name}: ${role}.`,
  },
  suspend: { en: 'Suspend', ms: 'Gantung', id: 'Tangguhkan' },
  suspendAsk: {
    en: (name: string) => `${name} does nothing here until resumed. Nothing is lost.`,
    ms: (name: string) => `${name} tidak boleh berbuat apa-apa di sini sehingga dipulihkan. Tiada apa yang hilang.`,
    id: (name: string) => `${name} tidak dapat berbuat apa-apa di sini sampai diaktifkan lagi. Tidak ada yang hilang.`,
  },
  wasSuspended: { en: (name: string) => `${name} is suspended.`, ms: (name: string) => `${name} telah digantung.`, id: (name: string) => `${name} ditangguhkan.` },
  resume: { en: 'Resume', ms: 'Pulihkan', id: 'Aktifkan lagi' },
  resumed: {
    en: (name: string) => `${name} works here again.`,
    ms: (name: string) => `${name} kembali bekerja di sini.`,
    id: (name: string) => `${name} bekerja lagi di sini.`,
  },
  remove: { en: 'Remove', ms: 'Keluarkan', id: 'Keluarkan' },
  removeAsk: {
    en: (name: string) => `${name} loses access at once, with tokens and invitations. Their chats stay, out of reach.`,
    ms: (name: string) => `${name} hilang akses serta-merta, bersama token dan jemputan. Perbualan mereka kekal, tetapi tidak boleh dicapai.`,
    id: (name: string) => `${name} langsung kehilangan akses, juga token dan undangannya. Obrolannya tetap ada, tetapi tak terjangkau.`,
  },
  removed: { en: (name: string) => `${name} is no longer a member.`, ms: (name: string) => `${name} bukan lagi ahli.`, id: (name: string) => `${name} bukan anggota lagi.` },
  lastOwner: {
    en: 'A workspace keeps an owner who can act. Make somebody else an owner first.',
    ms: 'Ruang kerja mesti mempunyai pemilik yang aktif. Lantik pemilik lain dahulu.',
    id: 'Ruang kerja harus punya pemilik yang aktif. Tunjuk pemilik lain lebih dulu.',
  },
})

export const inviteText = catalogue({
  about: {
    en: 'Whoever has the link and signs in with this address becomes a member. No mail is sent: you pass it on.',
    ms: 'Sesiapa yang mempunyai pautan dan log masuk dengan alamat ini menjadi ahli. Tiada e-mel dihantar: anda yang menyampaikannya.',
    id: 'Siapa yang punya tautan dan masuk dengan alamat ini menjadi anggota. Tidak ada email yang dikirim: Anda yang meneruskannya.',
  },
  invite: { en: 'Invite somebody', ms: 'Jemput seseorang', id: 'Undang seseorang' },
  email: { en: 'Email', ms: 'E-mel', id: 'Email' },
  emailUnfit: { en: 'This is not an address.', ms: 'Ini bukan alamat e-mel.', id: 'Ini bukan alamat email.' },
  works: { en: 'Works for', ms: 'Berfungsi selama', id: 'Berlaku selama' },
  day: { en: 'day', ms: 'hari', id: 'hari' },
  days: { en: 'days', ms: 'hari', id: 'hari' },
  create: { en: 'Make the link', ms: 'Cipta pautan', id: 'Buat tautan' },
  created: {
    en: (email: string) => `Invitation for ${email}`,
    ms: (email: string) => `Jemputan untuk ${email}`,
    id: (email: string) => `Undangan untuk ${email}`,
  },
  createdText: {
    en: 'Copy the link and send it: it is shown this once. An earlier invitation for the address has ended.',
    ms: 'Salin dan hantar pautan ini: ia ditunjukkan sekali ini sahaja. Jemputan terdahulu untuk alamat ini telah tamat.',
    id: 'Salin dan kirim tautan ini: hanya ditampilkan kali ini. Undangan sebelumnya untuk alamat ini sudah berakhir.',
  },
  done: { en: 'Done', ms: 'Selesai', id: 'Selesai' },
  made: { en: 'Invitations', ms: 'Jemputan', id: 'Undangan' },
  none: { en: 'Nobody is invited.', ms: 'Tiada sesiapa dijemput.', id: 'Belum ada yang diundang.' },
  pending: { en: 'Open', ms: 'Menunggu', id: 'Menunggu' },
  expired: { en: 'Expired', ms: 'Tamat tempoh', id: 'Kedaluwarsa' },
  accepted: { en: 'Accepted', ms: 'Diterima', id: 'Diterima' },
  revoked: { en: 'Taken back', ms: 'Ditarik balik', id: 'Dicabut' },
  until: { en: (when: string) => `until ${when}`, ms: (when: string) => `hingga ${when}`, id: (when: string) => `sampai ${when}` },
  revoke: { en: 'Take back', ms: 'Tarik balik', id: 'Cabut' },
  revokeNamed: {
    en: (email: string) => `Take back the invitation for ${email}`,
    ms: (email: string) => `Tarik balik jemputan untuk ${email}`,
    id: (email: string) => `Cabut undangan untuk ${email}`,
  },
  wasRevoked: { en: 'The invitation is taken back.', ms: 'Jemputan telah ditarik balik.', id: 'Undangan sudah dicabut.' },
  tooMany: {
    en: 'There are 1,000 open invitations, the most there may be. Take some back first.',
    ms: 'Sudah ada 1,000 jemputan yang menunggu, had maksimum. Tarik balik beberapa dahulu.',
    id: 'Sudah ada 1.000 undangan yang menunggu, batas paling banyak. Cabut beberapa lebih dulu.',
  },
})
