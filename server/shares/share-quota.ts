import { PeerError } from '../../core/errors/index.js'
import type { PeerId } from '../../core/identity/index.js'
import type { SearchIndex } from '../../core/search/index.js'
import type { Delta } from './shares-functions.js'

const NONE = -1

/** OVER_QUOTA when a delta would make the listed entries of a person more than there may be. */
export function checkQuota(index: SearchIndex, owner: PeerId, delta: Delta, most: number): void {
  const held = delta.base === 0 ? 0 : heldOf(index, owner)
  const puts = delta.changes.filter(({ op }) => op === 'put').length
  if (held + puts <= most) return
  // What replaces an entry adds none: looked at only where it matters.
  const adding = addingOf(index, owner, delta)
  if (adding > 0 && held + adding > most) throw overQuota(most)
}

function heldOf(index: SearchIndex, owner: PeerId): number {
  const top = index.rowOf(owner, '')
  return top === NONE ? 0 : index.columns.below(top)
}

/** How many entries more there are after a delta; what it removes below a folder counts as gone. */
function addingOf(index: SearchIndex, owner: PeerId, { base, changes }: Delta): number {
  const { columns } = index
  const seen = new Set<string>()
  let adding = 0
  for (const change of changes) {
    const path = change.op === 'put' ? change.entry.path : change.path
    const row = base === 0 ? NONE : index.rowOf(owner, path)
    if (seen.has(path)) continue
    seen.add(path)
    if (change.op === 'put') adding += Number(row === NONE)
    else if (row !== NONE) adding -= 1 + (columns.isFolder(row) ? columns.below(row) : 0)
  }
  return adding
}

function overQuota(most: number): PeerError {
  const limit = most.toLocaleString('en')
  return new PeerError(
    'OVER_QUOTA',
    `This registry lists at most ${limit} files and folders of one person. Share fewer, or ask who runs it for more.`,
    { details: { most } },
  )
}
