// Words of the model picker.
import { catalogue } from './language.svelte'

export const words = catalogue({
  choose: { en: 'Choose a model', ms: 'Pilih model', id: 'Pilih model' },
  current: { en: (name: string) => `Model: ${name}`, ms: (name: string) => `Model: ${name}`, id: (name: string) => `Model: ${name}` },
  models: { en: 'Models', ms: 'Model', id: 'Model' },
  search: { en: 'Search models', ms: 'Cari model', id: 'Cari model' },
  none: { en: 'There is no model yet. Add a provider key in the settings.', ms: 'Belum ada model. Tambah kunci penyedia dalam tetapan.', id: 'Belum ada model. Tambahkan kunci penyedia di pengaturan.' },
  noneFound: { en: 'No model is called that.', ms: 'Tiada model dengan nama itu.', id: 'Tidak ada model dengan nama itu.' },
  failing: { en: 'Its provider is failing', ms: 'Penyedianya sedang bermasalah', id: 'Penyedianya sedang bermasalah' },
  context: { en: (size: string) => `${size} context`, ms: (size: string) => `konteks ${size}`, id: (size: string) => `konteks ${size}` },
  price: {
    en: (input: string, output: string) => `${input} in, ${output} out per million`,
    ms: (input: string, output: string) => `${input} masuk, ${output} keluar setiap juta`,
    id: (input: string, output: string) => `${input} masuk, ${output} keluar per juta`,
  },
  free: { en: 'free', ms: 'percuma', id: 'gratis' },
})
