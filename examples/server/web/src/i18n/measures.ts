// Shares of a whole, and large numbers shortly, as the spoken language writes them.
import { spoken } from './language.svelte'

const locale = (): string => ({ en: 'en-GB', ms: 'ms-MY', id: 'id-ID' })[spoken.current]

export const percent = (share: number): string =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share)

// "128K", "1.2M".
export const compact = (value: number): string =>
  new Intl.NumberFormat(locale(), { notation: 'compact', maximumFractionDigits: 1 }).format(value)
