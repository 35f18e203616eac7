// Which rows of a long list are drawn. A list of thousands is drawn only near what is seen; the rest of it is gaps.
export const shortest = 150 // up to here a list is drawn whole

export type Gap = { key: string; rows: number }
export type Piece<Item> = { key: string; item: Item } | Gap

export const isGap = <Item>(piece: Piece<Item>): piece is Gap => 'rows' in piece

type Seen = { from: number; to: number }

// `kept`: rows that stay wherever they are, as they have the focus, or would get it.
export function pieces<Item>(items: Item[], keyOf: (item: Item) => string, seen: Seen, kept: string[]): Piece<Item>[] {
  const all: Piece<Item>[] = []
  let gapFrom: number | null = null
  const endGap = (at: number): void => {
    // Its key changes with its ends, so that it is another element, which is looked at anew.
    if (gapFrom !== null) all.push({ key: `gap ${gapFrom} ${at}`, rows: at - gapFrom })
    gapFrom = null
  }
  for (const [at, item] of items.entries()) {
    const key = keyOf(item)
    const isDrawn = items.length <= shortest || (at >= seen.from && at < seen.to) || kept.includes(key)
    if (isDrawn) {
      endGap(at)
      all.push({ key, item })
    } else gapFrom ??= at
  }
  endGap(items.length)
  return all
}
