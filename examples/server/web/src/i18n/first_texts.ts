// Texts to begin with: those that are wanted, else the first of the other languages that come.
import { languages, type Language } from './choice'
import { bringTexts } from './packs'
import { patience, within } from './within'

export async function firstTexts(wanted: Language): Promise<Language> {
  for (const language of [wanted, ...languages.filter((one) => one !== wanted)]) {
    const isThere = await within(patience.start, bringTexts('first', language)).then(() => true, () => false)
    if (isThere) return language
  }
  throw new Error('no texts have come')
}
