import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'

/** How often one person may ask for something. */
export interface PaceLimits {
  /** So many at once. */
  readonly burst: number
  /** And so many a second after that. */
  readonly aSecond: number
  /** What one too many is told. */
  readonly refusal: string
}

/** People remembered; those who rested longest are forgotten first. */
const MOST_PEOPLE = 1_000

/** Holds back those who ask this peer too often. */
export class AskingPace {
  readonly #limits: PaceLimits
  readonly #left = new Map<PeerId, { readonly tokens: number; readonly at: number }>()

  constructor(limits: PaceLimits) {
    this.#limits = limits
  }

  /** Counts one, or what it costs; TOO_BUSY for one too many, which costs nothing. `now` in ms. */
  take(id: PeerId, now: number, cost = 1): void {
    const { burst, aSecond, refusal } = this.#limits
    const { tokens, at } = this.#left.get(id) ?? { tokens: burst, at: now }
    const left = Math.min(burst, tokens + ((now - at) / 1_000) * aSecond) - cost
    this.#left.delete(id)
    this.#left.set(id, { tokens: left < 0 ? left + cost : left, at: now })
    for (const [oldest] of this.#left) {
      if (this.#left.size <= MOST_PEOPLE) break
      this.#left.delete(oldest)
    }
    if (left < 0) throw new PeerError('TOO_BUSY', refusal)
  }
}
