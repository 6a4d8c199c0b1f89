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

/** What is known when new lines are to be written. */
export interface BlocksState {
  readonly blocks: readonly BlockRange[]
  /** Lines of all that still hold, the new ones too. */
  readonly live: number
  readonly newLines: number
  /** Of a full block. */
  readonly blockLines: number
  /** How many lines of a block still hold. */
  countLive(block: BlockRange): number
}

/**
 * Which blocks to write anew together with what is new: the last ones while they are small, and, where over a fifth of
 * what is on disk is outdated, some of those that are so. The last ones come first; what is new follows the first.
 */
export function blocksToRewrite(state: BlocksState): Rewrite[] {
  const { blocks, live, blockLines, countLive } = state
  const end = blocks.length
  const from = firstOfSmall(state)
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

/**
 * The first of the last blocks that are written again with what is new. Each line is so a few times at most: one block,
 * while it is small beside what is new; more once there are enough lines in them for a full one.
 */
function firstOfSmall({ blocks, newLines, blockLines }: BlocksState): number {
  const end = blocks.length
  const last = blocks[end - 1]?.lines ?? blockLines
  const isSmall = last < Math.max(blockLines / 4, Math.min(2 * newLines, 0.9 * blockLines))
  let from = end
  let lines = 0
  while (from > 0 && (blocks[from - 1]?.lines ?? 0) < 0.75 * blockLines) lines += blocks[--from]?.lines ?? 0
  if (lines >= blockLines) return from
  return isSmall ? end - 1 : end
}
