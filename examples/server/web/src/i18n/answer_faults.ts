// Why an answer ended too early. By errc, and of the model's provider: whoever reads it is signed in, and nothing they
// wrote was too large for this server.
import { explain } from './errors'
import { catalogue } from './language.svelte'

const answerFaults = catalogue({
  unauthenticated: {
    en: 'The model’s provider did not accept the key. Check it in the settings, or ask whoever administers your workspace.',
    ms: 'Penyedia model tidak menerima kuncinya. Semak kunci itu dalam tetapan, atau tanya pentadbir ruang kerja anda.',
    id: 'Penyedia model tidak menerima kuncinya. Periksa kunci itu di pengaturan, atau tanyakan kepada administrator ruang kerja Anda.',
  },
  permission_denied: {
    en: 'The model’s provider does not allow this with the key it was given. Choose another model, or another key.',
    ms: 'Penyedia model tidak membenarkan ini dengan kunci yang diberi. Pilih model lain, atau kunci lain.',
    id: 'Penyedia model tidak mengizinkan ini dengan kunci yang diberikan. Pilih model lain, atau kunci lain.',
  },
  not_found: {
    en: 'The model’s provider does not have this model. Choose another one.',
    ms: 'Penyedia model tidak mempunyai model ini. Pilih model lain.',
    id: 'Penyedia model tidak memiliki model ini. Pilih model lain.',
  },
  rate_limited: {
    en: 'The model’s provider has too much to do. Try again later, or choose another model.',
    ms: 'Penyedia model terlalu sibuk. Cuba lagi kemudian, atau pilih model lain.',
    id: 'Penyedia model terlalu sibuk. Coba lagi nanti, atau pilih model lain.',
  },
  quota_exceeded: {
    en: 'The credit for this model is used up. Choose another model, or ask whoever pays for it.',
    ms: 'Kredit untuk model ini sudah habis. Pilih model lain, atau tanya pihak yang membayarnya.',
    id: 'Kredit untuk model ini sudah habis. Pilih model lain, atau tanyakan kepada yang membayarnya.',
  },
  payload_too_large: {
    en: 'This chat is too long for the model. Choose another model, or begin a new chat.',
    ms: 'Perbualan ini terlalu panjang untuk model itu. Pilih model lain, atau mulakan perbualan baharu.',
    id: 'Obrolan ini terlalu panjang untuk modelnya. Pilih model lain, atau mulai obrolan baru.',
  },
})

export function explainEnd(reason: string | null): string {
  const code = reason ?? 'internal'
  if (Object.hasOwn(answerFaults, code)) return answerFaults[code as keyof typeof answerFaults]
  return explain({ code, message: '', retryAfterMs: null, issues: [] })
}
