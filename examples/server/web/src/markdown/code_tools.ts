/** Copies text; without the clipboard's permission (a page over http) through a selection. */
export async function copyText(doc: Document, text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelected(doc, text)
  }
}

function copySelected(doc: Document, text: string): boolean {
  const focused = doc.activeElement as HTMLElement | null
  const field = doc.createElement('textarea')
  field.className = 'md-offscreen'
  field.value = text
  doc.body.append(field)
  field.select()
  const done = doc.execCommand('copy')
  field.remove()
  focused?.focus()
  return done
}

export function offerFile(doc: Document, text: string, extension: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const link = doc.createElement('a')
  link.href = url
  link.download = `code.${extension}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
