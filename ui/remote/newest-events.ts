import type { PeerEvent } from '../../core/browser.js'

/**
 * Events that wait to be handed on. An event carries the new state of one thing, so a later one about it
 * replaces what waits; every message is kept.
 */
export class NewestEvents {
  readonly #waiting = new Map<string, PeerEvent>()

  get size(): number {
    return this.#waiting.size
  }

  put(event: PeerEvent): void {
    const key = eventKey(event)
    this.#waiting.delete(key) // the newest takes its place in time
    this.#waiting.set(key, event)
  }

  /** All that waits, oldest first; nothing waits then. */
  take(): readonly PeerEvent[] {
    const events = [...this.#waiting.values()]
    this.#waiting.clear()
    return events
  }
}

/** What an event is about. */
function eventKey(event: PeerEvent): string {
  switch (event.kind) {
    case 'key-changed':
      return `key ${event.person.id}`
    case 'person':
      return `person ${event.person.id}`
    case 'transfer':
      return `transfer ${event.transfer.id}`
    case 'transfer-removed':
      return `transfer ${event.id}`
    case 'offer':
      return `offer ${event.offer.id}`
    case 'offer-removed':
      return `offer ${event.id}`
    case 'subscription':
      return `subscription ${event.subscription.id}`
    case 'subscription-removed':
      return `subscription ${event.id}`
    case 'saved-search':
      return `saved search ${event.search.id}`
    case 'saved-search-removed':
      return `saved search ${event.id}`
    case 'message':
      return `message ${event.message.id}`
    case 'thread':
      return `thread ${event.thread.id}`
    case 'typing':
      return `typing ${event.thread} ${event.from}`
    case 'share':
    case 'registry':
    case 'registries':
    case 'settings':
    case 'closed':
      return event.kind
  }
}
