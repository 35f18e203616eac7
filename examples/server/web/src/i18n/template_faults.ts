// What the server finds wrong in a prompt, in the spoken language. Its own words stay where they are not known here.
import { catalogue } from './language.svelte'

type OfName = (name: string) => string
const of = (en: OfName, ms: OfName, id: OfName): Record<'en' | 'ms' | 'id', OfName> => ({ en, ms, id })
const plain = (en: string, ms: string, id: string): Record<'en' | 'ms' | 'id', OfName> => of(() => en, () => ms, () => id)

const faults = catalogue({
  undeclared: of((name) => `${name} is not declared.`, (name) => `${name} belum diisytiharkan.`, (name) => `${name} belum dinyatakan.`),
  unused: of((name) => `${name} is not used.`, (name) => `${name} tidak digunakan.`, (name) => `${name} tidak dipakai.`),
  ifOpen: plain('{{#if}} is not closed by {{/if}}.', '{{#if}} tidak ditutup dengan {{/if}}.', '{{#if}} tidak ditutup dengan {{/if}}.'),
  ifName: plain('{{#if}} needs the name of a variable.', '{{#if}} memerlukan nama pemboleh ubah.', '{{#if}} memerlukan nama variabel.'),
  ifDeep: plain('Too many {{#if}} inside each other.', 'Terlalu banyak {{#if}} bertindih.', 'Terlalu banyak {{#if}} bersarang.'),
  elseAlone: plain('{{else}} stands without {{#if}}.', '{{else}} tanpa {{#if}}.', '{{else}} tanpa {{#if}}.'),
  elseTwice: plain('A second {{else}} in one {{#if}}.', '{{else}} kedua dalam satu {{#if}}.', '{{else}} kedua dalam satu {{#if}}.'),
  endAlone: plain('{{/if}} stands without {{#if}}.', '{{/if}} tanpa {{#if}}.', '{{/if}} tanpa {{#if}}.'),
  open: plain('The braces are not closed by }}. Write \\{{ for two braces.', 'Kurungan tidak ditutup dengan }}. Tulis \\{{ untuk dua kurungan.', 'Kurung tidak ditutup dengan }}. Tulis \\{{ untuk dua kurung.'),
  strange: plain('Not a variable, {{#if}}, {{else}}, {{/if}} or {{> include}}. Write \\{{ for two braces.', 'Bukan pemboleh ubah, {{#if}}, {{else}}, {{/if}} atau {{> sertaan}}. Tulis \\{{ untuk dua kurungan.', 'Bukan variabel, {{#if}}, {{else}}, {{/if}}, atau {{> sertaan}}. Tulis \\{{ untuk dua kurung.'),
  itself: of((name) => `${name} includes itself.`, (name) => `${name} menyertakan dirinya sendiri.`, (name) => `${name} menyertakan dirinya sendiri.`),
  otherType: of((name) => `${name} is of another type in what is included.`, (name) => `${name} berlainan jenis dalam yang disertakan.`, (name) => `${name} berbeda jenis dalam yang disertakan.`),
  noTemplate: plain('There is no prompt of that name.', 'Tiada gesaan dengan nama itu.', 'Tidak ada prompt dengan nama itu.'),
  noVersion: plain('There is no such version.', 'Tiada versi itu.', 'Tidak ada versi itu.'),
  noLabel: plain('There is no such label.', 'Tiada label itu.', 'Tidak ada label itu.'),
  onlyText: plain('Only a prompt of one text can be included.', 'Hanya gesaan satu teks boleh disertakan.', 'Hanya prompt satu teks yang bisa disertakan.'),
  tooDeep: plain('Too many includes inside each other.', 'Terlalu banyak sertaan bertindih.', 'Terlalu banyak sertaan bersarang.'),
  tooLarge: plain('Too large with all that it includes.', 'Terlalu besar bersama semua yang disertakan.', 'Terlalu besar beserta semua yang disertakan.'),
  name: plain('Begin with a letter; then up to 39 letters, digits and _.', 'Mula dengan huruf; kemudian hingga 39 huruf, digit dan _.', 'Awali dengan huruf; lalu hingga 39 huruf, angka, dan _.'),
  builtIn: of((name) => `${name} is there already.`, (name) => `${name} sudah sedia ada.`, (name) => `${name} sudah tersedia.`),
  reserved: plain('“else” is a word of prompts.', '“else” ialah kata khas gesaan.', '“else” adalah kata khusus prompt.'),
  twice: plain('This name is declared twice.', 'Nama ini diisytiharkan dua kali.', 'Nama ini dinyatakan dua kali.'),
  belowMin: plain('This is less than the minimum.', 'Ini kurang daripada minimum.', 'Ini kurang dari minimum.'),
  choiceEmpty: plain('Give at least one choice.', 'Beri sekurang-kurangnya satu pilihan.', 'Beri minimal satu pilihan.'),
  choiceTwice: plain('The same choice stands twice.', 'Pilihan yang sama dua kali.', 'Pilihan yang sama dua kali.'),
  lengthLeast: plain('At least 1.', 'Sekurang-kurangnya 1.', 'Minimal 1.'),
  type: plain('This is of another type.', 'Jenisnya tidak sepadan.', 'Jenisnya tidak cocok.'),
  range: plain('This is out of range.', 'Ini di luar julat.', 'Ini di luar rentang.'),
  choice: plain('This is not one of the choices.', 'Ini bukan salah satu pilihan.', 'Ini bukan salah satu pilihan.'),
  lineOf: of((place) => `Line ${place}:`, (place) => `Baris ${place}:`, (place) => `Baris ${place}:`),
  format: plain('The form of the answer is text, any JSON, or JSON with a name and a schema.', 'Bentuk jawapan ialah teks, sebarang JSON, atau JSON dengan nama dan skema.', 'Bentuk jawaban adalah teks, JSON apa saja, atau JSON dengan nama dan skema.'),
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
    if (found) return faults[key](found[1] ?? '')
  }
  return message
}

// The same of an issue, which has its place in words: "line 3, column 5: ...".
export function issueWords(message: string): string {
  const found = /^line (\d+), column (\d+): (.*)$/s.exec(message)
  return found ? `${faults.lineOf(`${found[1]}:${found[2]}`)} ${faultWords(found[3] ?? '')}` : faultWords(message)
}
