import type { Peer } from '../../core/browser.js'
import { NewestEvents } from '../remote/index.js'

/** How full the way out is. */
export interface Outlet {
  /** Bytes that wait to be sent. */
  buffered(): number
  /** Ends it: the page stopped reading, and loads everything anew when it comes back. */
  drop(): void
}

/** Bytes that may wait before events are held back. */
const HIGH_BYTES = 256 * 1024
/** Bytes that may wait at all; answers count too. */
const MOST_BYTES = 64 * 1024 * 1024
/** Things with news held back; more means that the page is asleep. */
const MOST_HELD = 10_000

/**
 * The peer as a slow reader gets it: while the way out is full, of the events about one thing only the newest
 * is kept. `drained` is called when something was sent.
 */
export function pacedPeer(peer: Peer, outlet: Outlet): { readonly peer: Peer; drained(): void } {
  const held = new NewestEvents()
  let listener: Parameters<Peer['subscribe']>[0] = () => {}
  const drained = () => {
    while (held.size > 0 && outlet.buffered() < HIGH_BYTES) {
      for (const event of held.take()) {
        if (outlet.buffered() < HIGH_BYTES) listener(event)
        else held.put(event)
      }
    }
  }
  const subscribe: Peer['subscribe'] = next => {
    listener = next
    return peer.subscribe(event => {
      if (outlet.buffered() > MOST_BYTES || held.size > MOST_HELD) outlet.drop()
      else if (event.kind === 'closed') next(event)
      else if (held.size === 0 && outlet.buffered() < HIGH_BYTES) next(event)
      else held.put(event)
    })
  }
  return { peer: { ...partsOf(peer), subscribe }, drained }
}

function partsOf(peer: Peer): Omit<Peer, 'subscribe'> {
  return {
    id: peer.id,
    status: () => peer.status(),
    doctor: who => peer.doctor(who),
    people: peer.people,
    files: peer.files,
    transfers: peer.transfers,
    offers: peer.offers,
    searches: peer.searches,
    subscriptions: peer.subscriptions,
    share: peer.share,
    chat: peer.chat,
    settings: peer.settings,
    registry: peer.registry,
    close: () => peer.close(),
  }
}
