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
  /** The last change of each person on its way: the next one is measured when that is done. */
  readonly #last = new Map<PeerId, Promise<unknown>>()

  constructor(index: SearchIndex, limits: { readonly filesAPerson: number }) {
    this.#index = index
    this.#limits = limits
  }

  /** Does `apply` when what the delta adds has room; OVER_QUOTA, and nothing is done, when it has not. */
  within<T>(owner: PeerId, delta: Delta, apply: () => Promise<T>): Promise<T> {
    const measured = () => {
      this.#check(owner, delta)
      return apply()
    }
    const before = this.#last.get(owner) ?? Promise.resolve()
    const done = before.then(measured)
    const settled = done.then(
      () => {},
      () => {}, // told to whoever asked for it
    )
    this.#last.set(owner, settled)
    void settled.then(() => {
      if (this.#last.get(owner) === settled) this.#last.delete(owner)
    })
    return done
  }

  #check(owner: PeerId, delta: Delta): void {
    const most = this.#limits.filesAPerson
    const held = delta.base === 0 ? 0 : this.#held(owner)
    const puts = delta.changes.filter(({ op }) => op === 'put').length
    if (held + puts <= most) return
    // What replaces an entry adds none: looked at only where it matters.
    const adding = this.#adding(owner, delta)
    if (adding > 0 && held + adding > most) throw overQuota(most)
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
