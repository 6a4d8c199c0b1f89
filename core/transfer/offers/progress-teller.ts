import type { PeerId } from '../../identity/index.js'
import type { Connection, OfferProgressBody } from '../../wire/index.js'
import type { Clock } from '../clock.js'

/** Between two reports on one offer, ms. */
const EVERY_MS = 500

interface Reported {
  readonly to: PeerId
  stop: () => void
  next: OfferProgressBody | undefined
}

/** Tells senders how far downloads are: at most twice a second for each offer, the last for sure. */
export class ProgressTeller {
  readonly #clock: Clock
  readonly #connected: (to: PeerId) => Pick<Connection, 'notify'> | undefined
  #closed = false
  readonly #reported = new Map<string, Reported>()

  constructor(clock: Clock, connected: (to: PeerId) => Pick<Connection, 'notify'> | undefined) {
    this.#clock = clock
    this.#connected = connected
  }

  tell(to: PeerId, progress: OfferProgressBody): void {
    if (this.#closed) return
    const waiting = this.#reported.get(progress.id)
    if (waiting) {
      waiting.next = progress
      return
    }
    const reported: Reported = { to, stop: () => {}, next: undefined }
    reported.stop = this.#clock.after(EVERY_MS, () => {
      this.#reported.delete(progress.id)
      if (reported.next) this.tell(to, reported.next)
    })
    this.#reported.set(progress.id, reported)
    // Who isn't connected is told by what comes after they are back.
    void this.#connected(to)
      ?.notify('OFFER_PROGRESS', progress)
      .catch(() => {})
  }

  close(): void {
    this.#closed = true
    for (const { stop } of this.#reported.values()) stop()
    this.#reported.clear()
  }
}
