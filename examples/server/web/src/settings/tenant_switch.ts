// To another workspace. The page is loaded anew, so that nothing of the former one is left in it.
import { client } from '../api/link.svelte'

export function beginAnew(path = '/'): void {
  location.assign(path)
}

export async function goTo(id: string): Promise<void> {
  await client.tenant.switch({ id })
  beginAnew()
}
