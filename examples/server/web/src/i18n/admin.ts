// Administration: its sections, the workspace itself, how its providers fare.
import { catalogue } from './language.svelte'

export const admin = catalogue({
  title: { en: 'Administration', ms: 'Pentadbiran', id: 'Administrasi' },
  tenant: { en: 'Workspace', ms: 'Ruang kerja', id: 'Ruang kerja' },
  members: { en: 'Members', ms: 'Ahli', id: 'Anggota' },
  invitations: { en: 'Invitations', ms: 'Jemputan', id: 'Undangan' },
  keys: { en: 'Provider keys', ms: 'Kunci penyedia', id: 'Kunci penyedia' },
  quotas: { en: 'Quotas', ms: 'Kuota', id: 'Kuota' },
  audit: { en: 'Audit log', ms: 'Log audit', id: 'Log audit' },
  status: { en: 'Providers', ms: 'Penyedia', id: 'Penyedia' },
  notYours: {
    en: 'Only admins and owners administer a workspace.',
    ms: 'Hanya pentadbir dan pemilik yang mentadbir ruang kerja.',
    id: 'Hanya admin dan pemilik yang mengelola ruang kerja.',
  },

  about: {
    en: 'What its members see it as.',
    ms: 'Cara ruang kerja ini dilihat oleh ahlinya.',
    id: 'Bagaimana ruang kerja ini terlihat oleh anggotanya.',
  },
  since: { en: (when: string) => `Since ${when}`, ms: (when: string) => `Sejak ${when}`, id: (when: string) => `Sejak ${when}` },
  newer: {
    en: 'Somebody else renamed it meanwhile.',
    ms: 'Orang lain telah menamakannya semula sementara itu.',
    id: 'Orang lain sudah mengganti namanya sementara itu.',
  },
  theirs: { en: 'Saved meanwhile', ms: 'Disimpan sementara itu', id: 'Tersimpan sementara itu' },
  own: { en: 'What you typed', ms: 'Yang anda taip', id: 'Yang Anda ketik' },
  take: { en: 'Use what is saved', ms: 'Guna yang disimpan', id: 'Pakai yang tersimpan' },
  keep: { en: 'Save what I typed', ms: 'Simpan yang saya taip', id: 'Simpan yang saya ketik' },
  allWorkspaces: {
    en: 'Switch, leave or make another workspace',
    ms: 'Tukar, keluar atau cipta ruang kerja lain',
    id: 'Beralih, keluar, atau buat ruang kerja lain',
  },

  danger: { en: 'Suspend or delete', ms: 'Gantung atau padam', id: 'Tangguhkan atau hapus' },
  dangerText: {
    en: 'Suspended, nobody works in it and nothing is lost. Deleted, everything in it is erased for good.',
    ms: 'Jika digantung, tiada sesiapa bekerja di dalamnya dan tiada apa yang hilang. Jika dipadam, semuanya hilang selama-lamanya.',
    id: 'Jika ditangguhkan, tak seorang pun bekerja di dalamnya dan tidak ada yang hilang. Jika dihapus, semuanya hilang selamanya.',
  },
  suspend: { en: 'Suspend', ms: 'Gantung', id: 'Tangguhkan' },
  suspendAsk: {
    en: (name: string) => `Everybody in ${name} is stopped within two seconds, also you. You can resume it under Settings, Workspaces.`,
    ms: (name: string) => `Semua orang dalam ${name} akan dihentikan dalam dua saat, termasuk anda. Anda boleh memulihkannya di Tetapan, Ruang kerja.`,
    id: (name: string) => `Semua orang di ${name} dihentikan dalam dua detik, termasuk Anda. Anda dapat mengaktifkannya lagi di Pengaturan, Ruang kerja.`,
  },
  remove: { en: 'Delete the workspace', ms: 'Padam ruang kerja', id: 'Hapus ruang kerja' },
  removeAsk: {
    en: (name: string) => `${name} and all its chats, messages, keys and usage are erased. There is no way back.`,
    ms: (name: string) => `${name} dan semua perbualan, mesej, kunci serta penggunaannya akan dipadam. Tiada jalan kembali.`,
    id: (name: string) => `${name} beserta semua obrolan, pesan, kunci, dan pemakaiannya dihapus. Tidak ada jalan kembali.`,
  },
  typeName: {
    en: (name: string) => `Type “${name}” to confirm`,
    ms: (name: string) => `Taip “${name}” untuk mengesahkan`,
    id: (name: string) => `Ketik “${name}” untuk mengonfirmasi`,
  },
  otherName: { en: 'That is not its name.', ms: 'Itu bukan namanya.', id: 'Itu bukan namanya.' },

  statusText: {
    en: 'How the last call of each provider ended on this server. Nobody is asked for it.',
    ms: 'Hasil panggilan terakhir setiap penyedia pada pelayan ini. Tiada penyedia yang dihubungi untuk ini.',
    id: 'Hasil panggilan terakhir tiap penyedia di server ini. Tidak ada penyedia yang dihubungi untuk ini.',
  },
  noProviders: { en: 'This server has no providers.', ms: 'Pelayan ini tiada penyedia.', id: 'Server ini tidak punya penyedia.' },
  unknown: { en: 'Not called yet', ms: 'Belum dipanggil', id: 'Belum dipanggil' },
  healthy: { en: 'Works', ms: 'Berfungsi', id: 'Berjalan' },
  failing: { en: 'Fails', ms: 'Gagal', id: 'Gagal' },
  lastCall: { en: (when: string) => `last call ${when}`, ms: (when: string) => `panggilan terakhir ${when}`, id: (when: string) => `panggilan terakhir ${when}` },
  look: { en: 'Look again', ms: 'Semak semula', id: 'Periksa lagi' },
})
