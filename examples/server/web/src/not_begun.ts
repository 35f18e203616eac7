// What stands in the place of a page that does not come, or is slow to. It needs nothing that could be missing: neither the texts
// of a language nor the page.
import { ofBrowser, type Language } from './i18n/choice'

type Words = { what: string; hint: string; again: string }

const words: Record<Language, Words> = {
  en: {
    what: 'Sambung could not be loaded yet.',
    hint: 'Check your connection. What you have written is kept.',
    again: 'Try again',
  },
  ms: {
    what: 'Sambung belum dapat dimuatkan.',
    hint: 'Semak sambungan anda. Apa yang anda tulis tetap disimpan.',
    again: 'Cuba lagi',
  },
  id: {
    what: 'Sambung belum dapat dimuat.',
    hint: 'Periksa koneksi Anda. Yang Anda tulis tetap tersimpan.',
    again: 'Coba lagi',
  },
}

function element(name: string, text = ''): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

// The page takes it away when it comes.
export function sayNotBegun(): void {
  const language = ofBrowser()
  const { what, hint, again } = words[language]
  const button = element('button', again)
  button.addEventListener('click', () => location.reload())
  const main = element('main')
  main.className = 'page'
  main.lang = language
  main.setAttribute('role', 'alert')
  const actions = element('p')
  actions.append(button)
  main.append(element('h1', what), element('p', hint), actions)
  document.getElementById('app')?.replaceChildren(main)
}
