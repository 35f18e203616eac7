// Words of the search page (src/search).
import { plural } from './format'
import { catalogue } from './language.svelte'

export const searchPage = catalogue({
  title: { en: 'Search', ms: 'Carian', id: 'Pencarian' },
  found: {
    en: (count: number) => plural(count, 'result', 'results'),
    ms: (count: number) => plural(count, 'hasil', 'hasil'),
    id: (count: number) => plural(count, 'hasil', 'hasil'),
  },
  foundOrMore: {
    en: (count: number) => `The first ${plural(count, 'result', 'results')}`,
    ms: (count: number) => `${plural(count, 'hasil', 'hasil')} pertama`,
    id: (count: number) => `${plural(count, 'hasil', 'hasil')} pertama`,
  },
  none: {
    en: (text: string) => `Nothing found for “${text}”.`,
    ms: (text: string) => `Tiada yang ditemui untuk “${text}”.`,
    id: (text: string) => `Tidak ada yang ditemukan untuk “${text}”.`,
  },
  noneHint: {
    en: 'Every word has to occur. Put words in quotation marks to find them side by side.',
    ms: 'Setiap perkataan mesti ada. Letakkan perkataan dalam tanda petik untuk mencarinya bersebelahan.',
    id: 'Setiap kata harus ada. Beri tanda kutip agar kata-kata dicari berurutan.',
  },
  begin: {
    en: 'Search your chats, everything said in them, and your templates.',
    ms: 'Cari dalam perbualan anda, segala yang dibualkan di dalamnya, dan gesaan anda.',
    id: 'Cari di obrolan Anda, semua isinya, dan templat Anda.',
  },
  placeholder: { en: 'Words, or “an exact phrase”', ms: 'Perkataan, atau “frasa tepat”', id: 'Kata, atau “frasa persis”' },
  go: { en: 'Search', ms: 'Cari', id: 'Cari' },
  kinds: { en: 'Where', ms: 'Di mana', id: 'Di mana' },
  everything: { en: 'Everything', ms: 'Semua', id: 'Semua' },
  chat: { en: 'Chats', ms: 'Perbualan', id: 'Obrolan' },
  message: { en: 'Messages', ms: 'Mesej', id: 'Pesan' },
  template: { en: 'Templates', ms: 'Templat', id: 'Templat' },
  oneChat: { en: 'Chat', ms: 'Perbualan', id: 'Obrolan' },
  oneTemplate: { en: 'Template', ms: 'Templat', id: 'Templat' },
  time: { en: 'When', ms: 'Bila', id: 'Kapan' },
  anyTime: { en: 'Any time', ms: 'Bila-bila masa', id: 'Kapan saja' },
  day: { en: 'Past day', ms: 'Sehari lepas', id: 'Sehari terakhir' },
  week: { en: 'Past week', ms: 'Seminggu lepas', id: 'Seminggu terakhir' },
  month: { en: 'Past month', ms: 'Sebulan lepas', id: 'Sebulan terakhir' },
  year: { en: 'Past year', ms: 'Setahun lepas', id: 'Setahun terakhir' },
  range: { en: 'From … to …', ms: 'Dari … hingga …', id: 'Dari … sampai …' },
  from: { en: 'From', ms: 'Dari', id: 'Dari' },
  to: { en: 'To', ms: 'Hingga', id: 'Sampai' },
  order: { en: 'Order', ms: 'Susunan', id: 'Urutan' },
  newest: { en: 'Newest first', ms: 'Terbaharu dahulu', id: 'Terbaru dulu' },
  relevance: { en: 'Best match first', ms: 'Paling sepadan dahulu', id: 'Paling cocok dulu' },
  partial: {
    en: 'There are more hits than these: the newest ones were compared. Narrow the search down to see others.',
    ms: 'Ada lagi hasil selain ini: hanya yang terbaharu dibandingkan. Perincikan carian untuk melihat yang lain.',
    id: 'Masih ada hasil lain: hanya yang terbaru yang dibandingkan. Persempit pencarian untuk melihat sisanya.',
  },
  indexedSince: {
    en: (when: string) => `Texts from before ${when} are still being made searchable.`,
    ms: (when: string) => `Teks sebelum ${when} masih disediakan untuk carian.`,
    id: (when: string) => `Teks sebelum ${when} masih disiapkan untuk pencarian.`,
  },
  byYou: { en: 'You', ms: 'Anda', id: 'Anda' },
  byModel: { en: 'Answer', ms: 'Jawapan', id: 'Jawaban' },
  goOn: { en: 'Search further', ms: 'Cari lagi', id: 'Cari lebih jauh' },
})
