import { type Failure, type Peer, PeerError, type PeerEvent } from '../../../core/browser.js'
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
    status: async () => real().status(),
    people: {
      list: async () => real().people.list(),
      find: async who => real().people.find(who),
      setLimits: async (id, limits) => real().people.setLimits(id, limits),
    },
    files: {
      browse: async query => real().files.browse(query),
      search: async query => real().files.search(query),
    },
    transfers: {
      list: async () => real().transfers.list(),
      download: async request => real().transfers.download(request),
      pause: async id => real().transfers.pause(id),
      resume: async id => real().transfers.resume(id),
      cancel: async id => real().transfers.cancel(id),
      each: async (action, which) => real().transfers.each(action, which),
      move: async (id, to) => real().transfers.move(id, to),
      prioritise: async (ids, priority) => real().transfers.prioritise(ids, priority),
      details: async id => real().transfers.details(id),
      remove: async id => real().transfers.remove(id),
      entries: async (id, query) => real().transfers.entries(id, query),
      read: async request => real().transfers.read(request),
      endRead: async reader => real().transfers.endRead(reader),
    },
    offers: {
      list: async () => real().offers.list(),
      entries: async (id, page) => real().offers.entries(id, page),
      send: async request => real().offers.send(request),
      accept: async (id, choice) => real().offers.accept(id, choice),
      decline: async id => real().offers.decline(id),
      later: async id => real().offers.later(id),
      rules: async () => real().offers.rules(),
      setRule: async (person, rule) => real().offers.setRule(person, rule),
    },
    searches: {
      list: async () => real().searches.list(),
      save: async (name, query) => real().searches.save(name, query),
      markSeen: async id => real().searches.markSeen(id),
      remove: async id => real().searches.remove(id),
    },
    subscriptions: {
      list: async () => real().subscriptions.list(),
      add: async request => real().subscriptions.add(request),
      remove: async id => real().subscriptions.remove(id),
    },
    share: {
      list: async () => real().share.list(),
      problems: async () => real().share.problems(),
      add: async (path, options) => real().share.add(path, options),
      remove: async name => real().share.remove(name),
      rescan: async () => real().share.rescan(),
    },
    chat: {
      threads: async () => real().chat.threads(),
      send: async (thread, message) => real().chat.send(thread, message),
      edit: async (thread, id, text) => real().chat.edit(thread, id, text),
      remove: async (thread, id) => real().chat.remove(thread, id),
      react: async (thread, id, reaction) => real().chat.react(thread, id, reaction),
      retry: async (thread, id) => real().chat.retry(thread, id),
      history: async query => real().chat.history(query),
      markRead: async thread => real().chat.markRead(thread),
      typing: async thread => real().chat.typing(thread),
      setDraft: async (thread, text) => real().chat.setDraft(thread, text),
      setMuted: async (thread, muted) => real().chat.setMuted(thread, muted),
      clear: async thread => real().chat.clear(thread),
    },
    settings: {
      all: async () => real().settings.all(),
      set: async (key, value) => real().settings.set(key, value),
    },
    registry: {
      join: async (address, options) => real().registry.join(address, options),
      leave: async () => real().registry.leave(),
      found: async () => real().registry.found(),
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
