import type { ConflictRule } from '../../api/index.js'
import type { Root } from '../../manifest/index.js'
import type { Replace, Seen } from '../worker/protocol.js'

/** What is known before an entry is fetched. */
export interface ConflictCase {
  /** What is at its place, then at the numbered names after it, up to the first that is free. */
  readonly there: readonly Seen[]
  readonly rule: ConflictRule
  /** Whether the file at its place is as an earlier download of the same folder left it. */
  readonly untouched: boolean
}

/** What becomes of an entry that is not here in this content already. */
export type ConflictEnd =
  | { readonly kind: 'skip' }
  /** Fetched; without `replace` it gets a free name. */
  | { readonly kind: 'fetch'; readonly replace?: Replace }

/**
 * What follows where something else may be at an entry's place. What an earlier download put there and nobody
 * edited is no conflict: it is replaced while it is still that.
 */
export function conflictEnd({ there, rule, untouched }: ConflictCase): ConflictEnd {
  const [first] = there
  if (!first) return { kind: 'fetch' }
  if (untouched) return { kind: 'fetch', replace: { stamp: first.stamp } }
  switch (rule) {
    case 'keep-both':
      return { kind: 'fetch' }
    case 'overwrite':
      return { kind: 'fetch', replace: 'any' }
    case 'skip':
      return { kind: 'skip' }
  }
}

/** Which of the files there have this content for certain, and which must be read to tell. */
export function sameContent(
  { size, there }: { readonly size: number; readonly there: readonly Seen[] },
  root: Root | undefined,
  rootOf: (seen: Seen) => Root | undefined,
): { readonly same?: Seen; readonly unread: readonly Seen[] } {
  const unread: Seen[] = []
  for (const seen of there) {
    if (seen.kind !== 'file' || seen.size !== size) continue
    if (size === 0) return { same: seen, unread: [] }
    const known = rootOf(seen)
    if (known !== undefined && known === root) return { same: seen, unread: [] }
    if (known === undefined && root !== undefined) unread.push(seen)
  }
  return { unread }
}
