// The version of a prompt that is used when none is named, with every variable that is asked for.
import { client } from '../api/link.svelte'
import { contentOf, tidy } from './content'
import { asksByItself, type Label, type Preview, type Stored, type Variable, type Version } from './shape'

export type UsedVersion = { name: string; content: object; variables: Variable[]; asks: boolean }

// "production" where it is set, as the server chooses; of several by weight the first, whose variables are likely those
// of the others.
async function versionOf(stored: Stored): Promise<Version> {
  const { id } = stored.prompt
  const { items }: { items: Label[] } = await client.prompt.label.list({ id })
  const number = items.find((one) => one.name === 'production')?.arms[0]?.version
  if (number === undefined || number === stored.version.number) return stored.version
  return client.prompt.versions.get({ id, number })
}

export async function usedVersion(id: string): Promise<UsedVersion> {
  const stored: Stored = await client.prompt.getById({ id })
  const version = await versionOf(stored)
  const content = tidy(contentOf(version))
  const { variables }: Preview = await client.prompt.preview({ content, values: {} })
  const asked = variables.length > 0 ? variables : version.variables
  return { name: stored.prompt.name, content, variables: asked, asks: asksByItself(version) }
}
