// Settings: sessions, API tokens and keys to providers.
import { catalogue } from './language.svelte'

export const sessionText = catalogue({
  title: { en: 'Where you are signed in', ms: 'Tempat anda log masuk', id: 'Tempat Anda masuk' },
  about: {
    en: 'End what you do not know, and change your password then.',
    ms: 'Tamatkan yang anda tidak kenali, kemudian tukar kata laluan anda.',
    id: 'Akhiri yang tidak Anda kenal, lalu ganti kata sandi Anda.',
  },
  here: { en: 'This session', ms: 'Sesi ini', id: 'Sesi ini' },
  signedIn: {
    en: (when: string) => `signed in ${when}`,
    ms: (when: string) => `log masuk ${when}`,
    id: (when: string) => `masuk ${when}`,
  },
  until: { en: (when: string) => `until ${when}`, ms: (when: string) => `hingga ${when}`, id: (when: string) => `sampai ${when}` },
  on: {
    en: (browser: string, system: string) => `${browser} on ${system}`,
    ms: (browser: string, system: string) => `${browser} pada ${system}`,
    id: (browser: string, system: string) => `${browser} di ${system}`,
  },
  unknown: { en: 'Unknown device', ms: 'Peranti tidak dikenali', id: 'Perangkat tidak dikenal' },
  end: { en: 'End', ms: 'Tamatkan', id: 'Akhiri' },
  endNamed: {
    en: (name: string) => `End ${name}`,
    ms: (name: string) => `Tamatkan ${name}`,
    id: (name: string) => `Akhiri ${name}`,
  },
  ended: { en: 'The session has ended.', ms: 'Sesi telah ditamatkan.', id: 'Sesi telah berakhir.' },
  endOthers: { en: 'End all others', ms: 'Tamatkan yang lain', id: 'Akhiri semua yang lain' },
  endOthersAsk: {
    en: 'Every device but this one is signed out within two seconds.',
    ms: 'Semua peranti kecuali yang ini akan dilog keluar dalam dua saat.',
    id: 'Semua perangkat selain yang ini dikeluarkan dalam dua detik.',
  },
  othersEnded: { en: 'All other sessions have ended.', ms: 'Semua sesi lain telah ditamatkan.', id: 'Semua sesi lain telah berakhir.' },
})

export const tokenText = catalogue({
  about: {
    en: 'For programs that act as you in this workspace, over /v1 and /rpc.',
    ms: 'Untuk program yang bertindak sebagai anda dalam ruang kerja ini, melalui /v1 dan /rpc.',
    id: 'Untuk program yang bertindak sebagai Anda di ruang kerja ini, lewat /v1 dan /rpc.',
  },
  none: { en: 'No tokens yet.', ms: 'Belum ada token.', id: 'Belum ada token.' },
  add: { en: 'New token', ms: 'Token baharu', id: 'Token baru' },
  name: { en: 'Name', ms: 'Nama', id: 'Nama' },
  nameHint: {
    en: 'What it is for, so that you know it again.',
    ms: 'Kegunaannya, supaya anda mengenalinya nanti.',
    id: 'Untuk apa token ini, supaya Anda mengenalinya nanti.',
  },
  may: { en: 'It may', ms: 'Token ini boleh', id: 'Token ini boleh' },
  mayNothing: {
    en: 'Choose at least one thing that it may do.',
    ms: 'Pilih sekurang-kurangnya satu kebenaran.',
    id: 'Pilih setidaknya satu izin.',
  },
  expiry: { en: 'Works for', ms: 'Berfungsi selama', id: 'Berlaku selama' },
  days: { en: (count: string) => `${count} days`, ms: (count: string) => `${count} hari`, id: (count: string) => `${count} hari` },
  noEnd: { en: 'Until it is revoked', ms: 'Sehingga ditarik balik', id: 'Sampai dicabut' },
  create: { en: 'Create the token', ms: 'Cipta token', id: 'Buat token' },
  created: { en: 'Your new token', ms: 'Token baharu anda', id: 'Token baru Anda' },
  createdText: {
    en: 'Copy it now: it is shown this once, and nobody can read it again.',
    ms: 'Salin sekarang: token ini ditunjukkan sekali ini sahaja dan tidak boleh dibaca lagi.',
    id: 'Salin sekarang: token ini hanya ditampilkan kali ini dan tidak dapat dibaca lagi.',
  },
  done: { en: 'I have kept it', ms: 'Sudah saya simpan', id: 'Sudah saya simpan' },
  endsIn: { en: (last: string) => `ends in ${last}`, ms: (last: string) => `berakhir dengan ${last}`, id: (last: string) => `berakhiran ${last}` },
  never: { en: 'never used', ms: 'belum digunakan', id: 'belum dipakai' },
  used: { en: (when: string) => `used ${when}`, ms: (when: string) => `digunakan ${when}`, id: (when: string) => `dipakai ${when}` },
  expires: { en: (when: string) => `until ${when}`, ms: (when: string) => `hingga ${when}`, id: (when: string) => `sampai ${when}` },
  expired: { en: 'Expired', ms: 'Tamat tempoh', id: 'Kedaluwarsa' },
  everything: { en: 'Everything', ms: 'Semuanya', id: 'Semuanya' },
  revoke: { en: 'Revoke', ms: 'Tarik balik', id: 'Cabut' },
  revokeAsk: {
    en: (name: string) => `Programs that use “${name}” are refused within two seconds.`,
    ms: (name: string) => `Program yang menggunakan “${name}” akan ditolak dalam dua saat.`,
    id: (name: string) => `Program yang memakai “${name}” ditolak dalam dua detik.`,
  },
  revoked: { en: 'The token is revoked.', ms: 'Token telah ditarik balik.', id: 'Token sudah dicabut.' },
  tooMany: {
    en: 'You have 100 tokens, the most there may be. Revoke one first.',
    ms: 'Anda sudah mempunyai 100 token, had maksimum. Tarik balik satu dahulu.',
    id: 'Anda sudah punya 100 token, batas paling banyak. Cabut satu lebih dulu.',
  },
})
