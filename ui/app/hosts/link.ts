import { type Failure, type Peer, PeerError, type PeerEvent } from '../../../core/browser.js'
import { facadeOver, runMethod } from '../../remote/index.js'
import type { AppPeer, Host, LinkState } from '../host.js'

/** A peer for the app that stays the same object while the real one comes and goes. */
export interface Link extends Pick<Host, 'peer' | 'watchLink'> {
  /** The real peer is here. */
  attach(peer: AppPeer): void
  /** It can't be reached for now. */
  lose(): void
  /** It won't come back. */
  end(why: Extract<LinkState, { kind: 'ended' }>['why']): void
  /** It could not start, or ended by itself. */
  fail(failure: Failure): void
  isOver(): boolean
}

export function createLink(): Link {
  const eventListeners = new Set<(event: PeerEvent) => void>()
  const linkListeners = new Set<(state: LinkState) => void>()
  let state: LinkState = { kind: 'connecting' }
  let current: AppPeer | undefined
  let unsubscribe = () => {}

  const change = (next: LinkState, peer?: AppPeer) => {
    unsubscribe()
    unsubscribe = () => {}
    current = peer
    state = next
    if (peer) unsubscribe = peer.subscribe(hear)
    for (const listener of [...linkListeners]) listener(state)
  }
  const hear = (event: PeerEvent) => {
    // A lost connection says `closed` too; whether it comes back is for the host to know.
    if (event.kind === 'closed' && event.error?.code === 'CONNECTION_LOST') return
    for (const listener of [...eventListeners]) listener(event)
    if (event.kind !== 'closed') return
    change(event.error ? { kind: 'failed', failure: event.error } : { kind: 'ended', why: 'closed' })
  }
  const real = () => {
    if (current) return current
    throw new PeerError('CLOSED', 'Your peer can’t be reached right now. Try again in a moment.')
  }
  return {
    peer: steadyPeer(real, eventListeners),
    watchLink(listener) {
      linkListeners.add(listener)
      listener(state)
      return () => linkListeners.delete(listener)
    },
    attach: peer => change({ kind: 'open' }, peer),
    lose() {
      if (state.kind === 'open') change({ kind: 'lost' })
    },
    end(why) {
      if (!isOver(state)) change({ kind: 'ended', why })
    },
    isOver: () => isOver(state),
    fail: failure => change({ kind: 'failed', failure }),
  }
}

function isOver({ kind }: LinkState): boolean {
  return kind === 'ended' || kind === 'failed'
}

/** Each method goes to the real peer of the moment; without one it rejects. */
function steadyPeer(
  real: () => AppPeer,
  listeners: Set<(event: PeerEvent) => void>,
): Omit<Peer, 'id' | 'close'> {
  return {
    ...facadeOver(async (method, args) => runMethod(real(), method, args)),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
