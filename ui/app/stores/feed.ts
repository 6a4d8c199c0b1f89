import type { PeerEvent } from '../../../core/browser.js'
import { NewestEvents } from '../../remote/index.js'
import type { AppPeer } from '../host.js'

/**
 * Hands the peer's events on in batches, one a frame: of several about one thing only the newest.
 * `schedule` calls back once, later: a frame, or a timer where no frame comes.
 */
export function startFeed(
  peer: Pick<AppPeer, 'subscribe'>,
  take: (events: readonly PeerEvent[]) => void,
  schedule: (run: () => void) => void,
): () => void {
  const waiting = new NewestEvents()
  let isScheduled = false
  let isStopped = false
  const flush = () => {
    isScheduled = false
    if (!isStopped) take(waiting.take())
  }
  const unsubscribe = peer.subscribe(event => {
    waiting.put(event)
    if (isScheduled) return
    isScheduled = true
    schedule(flush)
  })
  return () => {
    isStopped = true
    unsubscribe()
  }
}
