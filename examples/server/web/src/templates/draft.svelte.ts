// A prompt that is being written: what it says, what is wrong with it, and what it would become.
import { faultOf, type Fault } from '../api/fault'
import { client } from '../api/link.svelte'
import { contentOf, isSame, tidy, type SentContent } from './content'
import { keep, kept, letGo, type Kept, type Written } from './draft_keep'
import { newContent, type Preview, type Stored } from './shape'
import { toEntered, toValues, type Entered } from './variables'

const pause = 300 // of typing, before the server is asked

const nothing = (): Written => ({
  name: '', description: '', category: '', command: '', visibility: 'private', content: newContent(),
})

function writtenOf({ prompt, version }: Stored): Written {
  const { name, description, category, command, visibility } = prompt
  return { name, description, category, command: command ?? '', visibility, content: contentOf(version) }
}

function isSameWritten(one: Written, other: Written): boolean {
  const fields = ['name', 'description', 'category', 'command', 'visibility'] as const
  return fields.every((field) => one[field] === other[field]) && isSame(one.content, other.content)
}

export class Draft {
  readonly id: string // or 'new'
  stored = $state.raw<Stored | null>(null)
  written = $state<Written>(nothing())
  note = $state('')
  preview = $state.raw<Preview | null>(null)
  entered = $state<Entered>({})
  fault = $state.raw<Fault | null>(null) // of the last attempt to save
  theirs = $state.raw<Stored | null>(null) // what somebody else saved since
  isSaving = $state(false)
  #defaults: Entered = {}
  #asked = 0
  #waiting: ReturnType<typeof setTimeout> | undefined

  readonly isNew: boolean
  readonly isDirty = $derived(!isSameWritten(this.written, this.stored ? writtenOf(this.stored) : nothing()))

  constructor(id: string) {
    this.id = id
    this.isNew = id === 'new'
  }

  async read(): Promise<void> {
    if (!this.isNew) this.#show(await client.prompt.getById({ id: this.id }))
    const before = kept(this.id)
    if (before) this.#goOn(before)
    await this.look()
  }

  // Where one left off. What somebody saved since is told of, and nothing is overwritten.
  #goOn({ written, revision }: Kept): void {
    const stored = this.stored
    this.written = written
    if (stored && revision !== stored.prompt.revision && this.isDirty) this.theirs = stored
  }

  // Saved in another tab, or by somebody else.
  async changedElsewhere(revision: number | null): Promise<void> {
    const isOwn = this.isSaving || (revision !== null && revision <= (this.stored?.prompt.revision ?? 0))
    if (this.isNew || isOwn) return
    const found: Stored = await client.prompt.getById({ id: this.id })
    if (found.prompt.revision <= (this.stored?.prompt.revision ?? 0)) return
    if (this.isDirty) this.theirs = found
    else {
      this.take(found)
      await this.look()
    }
  }

  // What is stored stands here then, and nothing else is kept.
  take(stored: Stored): void {
    clearTimeout(this.#waiting)
    this.#show(stored)
    letGo(this.id)
  }

  #show(stored: Stored): void {
    this.stored = stored
    this.written = writtenOf(stored)
    this.theirs = this.fault = null
    this.note = ''
  }

  // Something was typed. The server is asked once it is quiet.
  changed(): void {
    clearTimeout(this.#waiting)
    this.#waiting = setTimeout(() => {
      if (this.isDirty) keep(this.id, { written: $state.snapshot(this.written), revision: this.stored?.prompt.revision ?? 0 })
      void this.look()
    }, pause)
  }

  async look(): Promise<void> {
    const asked = ++this.#asked
    const content = this.contentNow()
    const variables = this.preview?.variables.length ? this.preview.variables : this.written.content.variables
    try {
      const preview: Preview = await client.prompt.preview({ content, values: toValues(variables, this.entered) })
      if (asked !== this.#asked) return
      this.preview = preview
      this.#fill(toEntered(preview.variables))
    } catch {
      // The connection's state is shown by itself; what was known stays.
    }
  }

  // A new default stands in where nothing was typed.
  #fill(defaults: Entered): void {
    const isTyped = (name: string): boolean => name in this.entered && this.entered[name] !== this.#defaults[name]
    const shown = Object.entries(defaults).map(([name, value]) => [name, isTyped(name) ? this.entered[name] : value] as const)
    this.entered = Object.fromEntries(shown)
    this.#defaults = defaults
  }

  contentNow(): SentContent {
    return tidy($state.snapshot(this.written.content))
  }

  async save(): Promise<Stored | null> {
    this.isSaving = true
    this.fault = null
    try {
      const saved = this.stored ? await this.#update(this.stored.prompt.revision) : await this.#create()
      this.take(saved)
      return saved
    } catch (error) {
      this.fault = faultOf(error)
      if (this.fault.code === 'conflict' && !this.isNew) await this.#readTheirs()
      return null
    } finally {
      this.isSaving = false
    }
  }

  // Mine becomes the version behind theirs, which stays as one of the versions.
  async saveBehindTheirs(): Promise<Stored | null> {
    if (this.theirs) this.stored = this.theirs
    this.theirs = null
    return await this.save()
  }

  #create(): Promise<Stored> {
    const { name, description, category, command, visibility } = this.written
    const about = { name, description, category, visibility, ...(command === '' ? {} : { command }) }
    return client.prompt.create({ ...about, ...this.contentNow(), note: this.note })
  }

  #update(revision: number): Promise<Stored> {
    const { name, description, category, command, visibility } = this.written
    const about = { name, description, category, command, visibility }
    return client.prompt.update({ id: this.id, revision, ...about, content: this.contentNow(), note: this.note })
  }

  async #readTheirs(): Promise<void> {
    try {
      this.theirs = await client.prompt.getById({ id: this.id })
    } catch {
      this.theirs = null // it is gone; the fault says so
    }
  }
}
