/** A block of the change log on disk. */
export interface BlockRange {
  /** The n of its first line, and of its last. */
  readonly first: number
  readonly last: number
  /** Lines in it; some may be outdated by now. */
  readonly lines: number
}

/** Blocks to be written anew, from the one at `from` up to the one before `to`. */
export interface Rewrite {
  readonly from: number
  readonly to: number
}

/** Blocks looked at together, so that few lines of each become one block. */
const RUN = 16
const RUNS_AT_ONCE = 4

/**
 * Which blocks to write anew together with what is new: the last one while it is small, and, where over a fifth of
 * what is on disk is outdated, some of those that are so. The last ones come first; what is new follows the first.
 */
export function blocksToRewrite(
  blocks: readonly BlockRange[],
  live: number,
  blockLines: number,
  countLive: (block: BlockRange) => number,
): Rewrite[] {
  const end = blocks.length
  const from = (blocks[end - 1]?.lines ?? blockLines) < blockLines / 4 ? end - 1 : end
  const rewrites: Rewrite[] = [{ from, to: end }]
  const onDisk = blocks.reduce((sum, { lines }) => sum + lines, 0)
  if (onDisk < 1.25 * live + 2 * blockLines) return rewrites
  // The oldest are the most outdated.
  const sparse: Rewrite[] = []
  for (let at = 0; at < from && sparse.length < RUNS_AT_ONCE; at += RUN) {
    const run = blocks.slice(at, Math.min(at + RUN, from))
    const lines = run.reduce((sum, block) => sum + block.lines, 0)
    const kept = run.reduce((sum, block) => sum + countLive(block), 0)
    if (kept < 0.8 * lines || (run.length > 1 && lines < blockLines / 4))
      sparse.push({ from: at, to: at + run.length })
  }
  return [...rewrites, ...sparse.reverse()]
}
