// Why the last call of a provider failed, to whoever runs the server: by errc, seen from the provider's side.
import { catalogue } from './language.svelte'

export const providerFaults = catalogue({
  unauthenticated: {
    en: 'It has no key here, or refuses the one it was given.',
    ms: 'Tiada kunci di sini, atau kunci yang diberi ditolak.',
    id: 'Tidak ada kunci di sini, atau kunci yang diberikan ditolak.',
  },
  permission_denied: {
    en: 'Its key may not do this.',
    ms: 'Kuncinya tidak dibenarkan melakukan ini.',
    id: 'Kuncinya tidak diizinkan melakukan ini.',
  },
  not_found: {
    en: 'It does not know what it was asked for: perhaps its address or the model is wrong.',
    ms: 'Ia tidak mengenali apa yang diminta: mungkin alamat atau modelnya salah.',
    id: 'Penyedia ini tidak mengenal yang diminta: mungkin alamat atau modelnya salah.',
  },
  rate_limited: {
    en: 'It was asked too often.',
    ms: 'Ia terlalu kerap dipanggil.',
    id: 'Penyedia ini terlalu sering dipanggil.',
  },
  quota_exceeded: {
    en: 'The account with it has no credit left.',
    ms: 'Kredit akaun dengannya sudah habis.',
    id: 'Kredit akun di penyedia ini sudah habis.',
  },
  unavailable: {
    en: 'It cannot be reached, or is overloaded.',
    ms: 'Ia tidak dapat dihubungi, atau terlalu sibuk.',
    id: 'Penyedia ini tidak dapat dijangkau, atau terlalu sibuk.',
  },
  deadline_exceeded: {
    en: 'It took too long to answer.',
    ms: 'Ia mengambil masa terlalu lama untuk menjawab.',
    id: 'Penyedia ini terlalu lama menjawab.',
  },
  other: {
    en: 'It answered with an error.',
    ms: 'Ia menjawab dengan ralat.',
    id: 'Penyedia ini menjawab dengan galat.',
  },
})
