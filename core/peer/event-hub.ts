import type { PeerEvent } from '../api/index.js'
import type { Logger } from '../log/index.js'

/** Hands each event to every listener; one that throws is logged and disturbs nobody. */
export class EventHub {
  readonly #listeners = new Set<(event: PeerEvent) => void>()
  readonly #log: Logger

  constructor(log: Logger) {
    this.#log = log
  }

  subscribe(listener: (event: PeerEvent) => void): () => void {
    // A wrapper, so that the same function given twice is two subscriptions.
    const own = (event: PeerEvent) => listener(event)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  emit(event: PeerEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event)
      } catch (error) {
        this.#log.error('an event listener failed', { kind: event.kind, error: String(error) })
      }
    }
  }
}
