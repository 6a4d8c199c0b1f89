import type { PeerEvent } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'

/** What one event is about: a later one with the same key stands for both. Messages are all kept. */
export function eventKey(event: PeerEvent): string {
  switch (event.kind) {
    case 'person':
      return `person ${event.person.id}`
    case 'transfer':
      return `transfer ${event.transfer.id}`
    case 'transfer-removed':
      return `transfer ${event.id}`
    case 'message':
      return `message ${event.message.id}`
    case 'share':
    case 'registry':
    case 'settings':
    case 'closed':
      return event.kind
  }
}

/**
 * Hands the peer's events on in batches, one a frame: of several about one thing only the newest.
 * `schedule` calls back once, later: a frame, or a timer where no frame comes.
 */
export function startFeed(
  peer: Pick<AppPeer, 'subscribe'>,
  take: (events: readonly PeerEvent[]) => void,
  schedule: (run: () => void) => void,
): () => void {
  const waiting = new Map<string, PeerEvent>()
  let scheduled = false
  let stopped = false
  const flush = () => {
    scheduled = false
    if (stopped) return
    const events = [...waiting.values()]
    waiting.clear()
    take(events)
  }
  const unsubscribe = peer.subscribe(event => {
    const key = eventKey(event)
    waiting.delete(key) // so that the newest keeps its place in time
    waiting.set(key, event)
    if (scheduled) return
    scheduled = true
    schedule(flush)
  })
  return () => {
    stopped = true
    unsubscribe()
  }
}
