// Words of src/ui, and of more than one place.
import { catalogue } from './language.svelte'

export const ui = catalogue({
  close: { en: 'Close', ms: 'Tutup', id: 'Tutup' },
  cancel: { en: 'Cancel', ms: 'Batal', id: 'Batal' },
  save: { en: 'Save', ms: 'Simpan', id: 'Simpan' },
  remove: { en: 'Delete', ms: 'Padam', id: 'Hapus' },
  copy: { en: 'Copy', ms: 'Salin', id: 'Salin' },
  copied: { en: 'Copied', ms: 'Disalin', id: 'Disalin' },
  more: { en: 'Show more', ms: 'Tunjukkan lagi', id: 'Tampilkan lagi' },
  loading: { en: 'Loading…', ms: 'Memuatkan…', id: 'Memuat…' },
  tryAgain: { en: 'Try again', ms: 'Cuba lagi', id: 'Coba lagi' },
  back: { en: 'Back', ms: 'Kembali', id: 'Kembali' },
  nothing: { en: 'Nothing here yet.', ms: 'Belum ada apa-apa di sini.', id: 'Belum ada apa-apa di sini.' },
})
