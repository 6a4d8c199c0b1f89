import { PeerError } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import { LIMITS } from '../../wire/index.js'
import type { ReceivedOffer } from './offer-store.js'

/** Offers that one person may make a minute. */
const MADE_A_MINUTE = 30
const MINUTE_MS = 60_000

/** Keeps what strangers offer to as much as a person can look at. */
export class OfferFlood {
  /** How many offers came of someone in a minute. */
  readonly #made = new Map<PeerId, { readonly count: number; readonly since: number }>()

  /** Counts an offer; TOO_BUSY where too many wait, of this person or of all, or come too fast. */
  take(from: PeerId, offers: Iterable<ReceivedOffer>, now: number): void {
    let open = 0
    let ofThem = 0
    for (const { state, from: other } of offers) {
      if (state !== 'waiting' && state !== 'later') continue
      open++
      if (other === from) ofThem++
    }
    const known = this.#made.get(from)
    const made = known && now - known.since < MINUTE_MS ? known : { count: 0, since: now }
    if (ofThem >= LIMITS.offersAPerson || open >= LIMITS.offersWaiting || made.count >= MADE_A_MINUTE)
      throw new PeerError('TOO_BUSY', 'Too many offers wait for an answer here. It is tried again later.')
    if (this.#made.size > LIMITS.offersWaiting) this.#made.clear()
    this.#made.set(from, { count: made.count + 1, since: made.since })
  }
}
