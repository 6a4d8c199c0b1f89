import { PeerError } from '../../core/errors/index.js'
import type { PeerId } from '../../core/identity/index.js'
import type { SearchIndex } from '../../core/search/index.js'
import type { RequestBody } from '../../core/wire/index.js'

const NONE = -1

type Delta = RequestBody<'SHARE_DATA'>

/** Holds what is listed of one person under a limit, however many changes are on their way at once. */
export class ShareQuota {
  readonly #index: SearchIndex
  readonly #limits: { readonly filesAPerson: number }
  /** Entries that changes on their way may add. */
  readonly #coming = new Map<PeerId, number>()

  constructor(index: SearchIndex, limits: { readonly filesAPerson: number }) {
    this.#index = index
    this.#limits = limits
  }

  /** Does `apply` when what the delta adds has room; OVER_QUOTA, and nothing is done, when it has not. */
  async within<T>(owner: PeerId, delta: Delta, apply: () => Promise<T>): Promise<T> {
    const coming = this.#coming.get(owner) ?? 0
    const most = this.#limits.filesAPerson
    const held = delta.base === 0 ? 0 : this.#held(owner)
    const puts = delta.changes.filter(({ op }) => op === 'put').length
    // What replaces an entry adds none: looked at only where it matters.
    const adding = held + coming + puts > most ? this.#adding(owner, delta) : puts
    if (adding > 0 && held + coming + adding > most) throw overQuota(most)
    // A removal may turn out to be of an older version, and then nothing is gone.
    const reserved = Math.max(0, adding)
    this.#coming.set(owner, coming + reserved)
    try {
      return await apply()
    } finally {
      const left = (this.#coming.get(owner) ?? 0) - reserved
      if (left > 0) this.#coming.set(owner, left)
      else this.#coming.delete(owner)
    }
  }

  #held(owner: PeerId): number {
    const top = this.#index.rowOf(owner, '')
    return top === NONE ? 0 : this.#index.columns.below(top)
  }

  /** How many entries more there are after a delta; what it removes below a folder counts as gone. */
  #adding(owner: PeerId, { base, changes }: Delta): number {
    const { columns } = this.#index
    const seen = new Set<string>()
    let adding = 0
    for (const change of changes) {
      const path = change.op === 'put' ? change.entry.path : change.path
      const row = base === 0 ? NONE : this.#index.rowOf(owner, path)
      if (seen.has(path)) continue
      seen.add(path)
      if (change.op === 'put') adding += Number(row === NONE)
      else if (row !== NONE) adding -= 1 + (columns.isFolder(row) ? columns.below(row) : 0)
    }
    return adding
  }
}

function overQuota(most: number): PeerError {
  const limit = most.toLocaleString('en')
  return new PeerError(
    'OVER_QUOTA',
    `This registry lists at most ${limit} files and folders of one person. Share fewer, or ask who runs it for more.`,
    { details: { most } },
  )
}
