// What the page hands to its reader's machine: a text for the clipboard, a file to keep.

// False where the browser lets nothing be copied. Over plain http it gives pages no clipboard, and the old way is taken.
export async function copyText(text: string, doc = document): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text, doc)
  }
}

function copyBySelection(text: string, doc: Document): boolean {
  const before = doc.activeElement as HTMLElement | null
  const field = doc.createElement('textarea')
  field.className = 'unseen'
  field.value = text
  doc.body.append(field)
  field.select()
  const done = doc.execCommand('copy')
  field.remove()
  before?.focus({ preventScroll: true })
  return done
}

const fetchedWithin = 60_000 // by the browser, from what the address stands for

export function download(file: Blob, name: string, doc = document): void {
  const link = doc.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), fetchedWithin)
}
