/** What lies below a folder, or in a whole share, as people count it. */
export interface Counts {
  /** Files that can be fetched. One listed with a reason is not counted, here or below. */
  readonly files: number
  /** Their bytes. */
  readonly bytes: number
  /** Of these files, the ones whose content is known: they have a root, or are empty and need none. */
  readonly hashed: number
  /** The bytes of these. */
  readonly hashedBytes: number
}

/** Nothing. */
export const NO_COUNTS: Counts = { files: 0, bytes: 0, hashed: 0, hashedBytes: 0 }

/** As much of an entry as counts. */
export interface Countable {
  readonly type: 'file' | 'folder'
  readonly size?: number
  readonly root?: string
  readonly reason?: string
}

/** What one entry adds to the counts of the folders above it. A registry's sums use the same rule. */
export function countsOf(entry: Countable): Counts {
  if (entry.type !== 'file' || entry.reason !== undefined) return NO_COUNTS
  const size = entry.size ?? 0
  const known = size === 0 || entry.root !== undefined
  return { files: 1, bytes: size, hashed: known ? 1 : 0, hashedBytes: known ? size : 0 }
}
