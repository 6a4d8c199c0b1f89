import type { EntryTree } from './entry-tree.js'
import type { HashScore, UnhashedFile } from './manifest-types.js'

/**
 * The files that are to be hashed first, least score first. One walk over the columns, for there may be a
 * million of them: a queue would have to follow every change of the tree.
 */
export function pickUnhashed(
  tree: EntryTree,
  limit: number,
  score: HashScore,
  skip: ReadonlySet<string>,
): UnhashedFile[] {
  const { columns } = tree
  // Those to be skipped may be the best ones: their paths are looked at in the end.
  const wanted = limit + skip.size
  let best: { readonly slot: number; readonly score: number }[] = []
  let worst = Number.POSITIVE_INFINITY
  const trim = () => {
    best = best.sort((a, b) => a.score - b.score || a.slot - b.slot).slice(0, wanted)
    if (best.length === wanted) worst = best.at(-1)?.score ?? worst
  }

  for (let slot = 1; slot < columns.slots; slot++) {
    if (!columns.isUnhashed(slot)) continue
    const own = score(columns.size(slot), columns.mtime(slot))
    if (own >= worst) continue
    best.push({ slot, score: own })
    if (best.length >= 2 * wanted + 64) trim()
  }
  trim()
  return best
    .map(({ slot }) => ({ path: tree.path(slot), size: columns.size(slot), stamp: columns.stamp(slot) }))
    .filter(({ path }) => !skip.has(path))
    .slice(0, limit)
}
