import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'

/** Searches of one person: so many at once, and so many a second after that. Further pages cost a fifth. */
const BURST = 10
const A_SECOND = 5
const PAGE_COST = 0.2
/** People remembered; those who rested longest are forgotten first. */
const MOST_PEOPLE = 1_000

/** Holds back those who ask this peer to search too often. */
export class SearchPace {
  readonly #left = new Map<PeerId, { readonly tokens: number; readonly at: number }>()

  /** Counts one; TOO_BUSY for one too many. `now` in ms. */
  take(id: PeerId, isFurtherPage: boolean, now: number): void {
    const { tokens, at } = this.#left.get(id) ?? { tokens: BURST, at: now }
    const cost = isFurtherPage ? PAGE_COST : 1
    const left = Math.min(BURST, tokens + ((now - at) / 1_000) * A_SECOND) - cost
    this.#left.delete(id)
    this.#left.set(id, { tokens: left < 0 ? left + cost : left, at: now })
    for (const [oldest] of this.#left) {
      if (this.#left.size <= MOST_PEOPLE) break
      this.#left.delete(oldest)
    }
    if (left < 0) throw new PeerError('TOO_BUSY', 'That were many searches in a short time. Wait a second.')
  }
}
