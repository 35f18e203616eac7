// What the server finds wrong in a prompt, in the spoken language. Its own words stay where they are not known here.
import { catalogue } from './language.svelte'

const faults = catalogue({
  undeclared: {
    en: (name: string) => `${name} is not declared.`,
    ms: (name: string) => `${name} belum diisytiharkan.`,
    id: (name: string) => `${name} belum dinyatakan.`,
  },
  unused: {
    en: (name: string) => `${name} is not used.`,
    ms: (name: string) => `${name} tidak digunakan.`,
    id: (name: string) => `${name} tidak dipakai.`,
  },
  ifOpen: {
    en: '{{#if}} is not closed by {{/if}}.',
    ms: '{{#if}} tidak ditutup dengan {{/if}}.',
    id: '{{#if}} tidak ditutup dengan {{/if}}.',
  },
  ifName: {
    en: '{{#if}} needs the name of a variable.',
    ms: '{{#if}} memerlukan nama pemboleh ubah.',
    id: '{{#if}} memerlukan nama variabel.',
  },
  ifDeep: {
    en: 'Too many {{#if}} inside each other.',
    ms: 'Terlalu banyak {{#if}} bertindih.',
    id: 'Terlalu banyak {{#if}} bersarang.',
  },
  elseAlone: { en: '{{else}} stands without {{#if}}.', ms: '{{else}} tanpa {{#if}}.', id: '{{else}} tanpa {{#if}}.' },
  elseTwice: {
    en: 'A second {{else}} in one {{#if}}.',
    ms: '{{else}} kedua dalam satu {{#if}}.',
    id: '{{else}} kedua dalam satu {{#if}}.',
  },
  endAlone: { en: '{{/if}} stands without {{#if}}.', ms: '{{/if}} tanpa {{#if}}.', id: '{{/if}} tanpa {{#if}}.' },
  open: {
    en: 'The braces are not closed by }}. Write \\{{ for two braces.',
    ms: 'Kurungan tidak ditutup dengan }}. Tulis \\{{ untuk dua kurungan.',
    id: 'Kurung tidak ditutup dengan }}. Tulis \\{{ untuk dua kurung.',
  },
  strange: {
    en: 'Not a variable, {{#if}}, {{else}}, {{/if}} or {{> include}}. Write \\{{ for two braces.',
    ms: 'Bukan pemboleh ubah, {{#if}}, {{else}}, {{/if}} atau {{> sertaan}}. Tulis \\{{ untuk dua kurungan.',
    id: 'Bukan variabel, {{#if}}, {{else}}, {{/if}}, atau {{> sertaan}}. Tulis \\{{ untuk dua kurung.',
  },
  itself: {
    en: (name: string) => `${name} includes itself.`,
    ms: (name: string) => `${name} menyertakan dirinya sendiri.`,
    id: (name: string) => `${name} menyertakan dirinya sendiri.`,
  },
  otherType: {
    en: (name: string) => `${name} is of another type in what is included.`,
    ms: (name: string) => `${name} berlainan jenis dalam yang disertakan.`,
    id: (name: string) => `${name} berbeda jenis dalam yang disertakan.`,
  },
  noTemplate: { en: 'There is no prompt of that name.', ms: 'Tiada gesaan dengan nama itu.', id: 'Tidak ada prompt dengan nama itu.' },
  noVersion: { en: 'There is no such version.', ms: 'Tiada versi itu.', id: 'Tidak ada versi itu.' },
  noLabel: { en: 'There is no such label.', ms: 'Tiada label itu.', id: 'Tidak ada label itu.' },
  onlyText: {
    en: 'Only a prompt of one text can be included.',
    ms: 'Hanya gesaan satu teks boleh disertakan.',
    id: 'Hanya prompt satu teks yang bisa disertakan.',
  },
  tooDeep: {
    en: 'Too many includes inside each other.',
    ms: 'Terlalu banyak sertaan bertindih.',
    id: 'Terlalu banyak sertaan bersarang.',
  },
  tooLarge: {
    en: 'Too large with all that it includes.',
    ms: 'Terlalu besar bersama semua yang disertakan.',
    id: 'Terlalu besar beserta semua yang disertakan.',
  },
  name: {
    en: 'Begin with a letter; then up to 39 letters, digits and _.',
    ms: 'Mula dengan huruf; kemudian hingga 39 huruf, digit dan _.',
    id: 'Awali dengan huruf; lalu hingga 39 huruf, angka, dan _.',
  },
  builtIn: {
    en: (name: string) => `${name} is there already.`,
    ms: (name: string) => `${name} sudah sedia ada.`,
    id: (name: string) => `${name} sudah tersedia.`,
  },
  reserved: { en: '“else” is a word of prompts.', ms: '“else” ialah kata khas gesaan.', id: '“else” adalah kata khusus prompt.' },
  twice: { en: 'This name is declared twice.', ms: 'Nama ini diisytiharkan dua kali.', id: 'Nama ini dinyatakan dua kali.' },
  belowMin: { en: 'This is less than the minimum.', ms: 'Ini kurang daripada minimum.', id: 'Ini kurang dari minimum.' },
  choiceEmpty: { en: 'Give at least one choice.', ms: 'Beri sekurang-kurangnya satu pilihan.', id: 'Beri minimal satu pilihan.' },
  choiceTwice: { en: 'The same choice stands twice.', ms: 'Pilihan yang sama dua kali.', id: 'Pilihan yang sama dua kali.' },
  lengthLeast: { en: 'At least 1.', ms: 'Sekurang-kurangnya 1.', id: 'Minimal 1.' },
  type: { en: 'This is of another type.', ms: 'Jenisnya tidak sepadan.', id: 'Jenisnya tidak cocok.' },
  range: { en: 'This is out of range.', ms: 'Ini di luar julat.', id: 'Ini di luar rentang.' },
  choice: { en: 'This is not one of the choices.', ms: 'Ini bukan salah satu pilihan.', id: 'Ini bukan salah satu pilihan.' },
  lineOf: {
    en: (place: string) => `Line ${place}:`,
    ms: (place: string) => `Baris ${place}:`,
    id: (place: string) => `Baris ${place}:`,
  },
  format: {
    en: 'The form of the answer is text, any JSON, or JSON with a name and a schema.',
    ms: 'Bentuk jawapan ialah teks, sebarang JSON, atau JSON dengan nama dan skema.',
    id: 'Bentuk jawaban adalah teks, JSON apa saja, atau JSON dengan nama dan skema.',
  },
})

const known: [RegExp, keyof typeof faults][] = [
  [/^"(.+)" is not declared/, 'undeclared'],
  [/^(.+) is not used/, 'unused'],
  [/^#if is not closed/, 'ifOpen'],
  [/^#if needs/, 'ifName'],
  [/^more than \d+ #if/, 'ifDeep'],
  [/^\{\{else\}\} without/, 'elseAlone'],
  [/^a second \{\{else\}\}/, 'elseTwice'],
  [/^\{\{\/if\}\} without/, 'endAlone'],
  [/^it is not closed by/, 'open'],
  [/^not a variable, #if/, 'strange'],
  [/^"(.+)" includes itself/, 'itself'],
  [/^"(.+)" is of another type/, 'otherType'],
  [/no such template/, 'noTemplate'],
  [/no such version/, 'noVersion'],
  [/no such label/, 'noLabel'],
  [/only a prompt of one text|not a template that can be included/, 'onlyText'],
  [/includes inside each other|too many includes|too deep/, 'tooDeep'],
  [/^too large with all/, 'tooLarge'],
  [/^a letter, then up to 39/, 'name'],
  [/^(.+) is built in/, 'builtIn'],
  [/^else is a word/, 'reserved'],
  [/^declared twice/, 'twice'],
  [/^less than min/, 'belowMin'],
  [/^a choice needs/, 'choiceEmpty'],
  [/^the same choice twice/, 'choiceTwice'],
  [/^at least 1$/, 'lengthLeast'],
  [/^wrong_type/, 'type'],
  [/^out_of_range/, 'range'],
  [/^not_a_choice/, 'choice'],
  [/^text, json_object, or json_schema/, 'format'],
]

export function faultWords(message: string): string {
  for (const [pattern, key] of known) {
    const found = pattern.exec(message)
    if (!found) continue
    const text = faults[key]
    return typeof text === 'string' ? text : text(found[1] ?? '')
  }
  return message
}

// The same of an issue, which has its place in words: "line 3, column 5: ...".
export function issueWords(message: string): string {
  const found = /^line (\d+), column (\d+): (.*)$/s.exec(message)
  return found ? `${faults.lineOf(`${found[1]}:${found[2]}`)} ${faultWords(found[3] ?? '')}` : faultWords(message)
}
