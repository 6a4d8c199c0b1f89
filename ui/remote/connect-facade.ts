import { createBirpc } from 'birpc'
import { type Peer, PeerError, type PeerEvent, toPlainError } from '../../core/browser.js'
import type { Channel } from './channel.js'
import { plainJsonFault } from './plain-json.js'
import { coding, type Pushed, parseMessage, type Served } from './protocol.js'

type Answer<M extends keyof Served> = Awaited<ReturnType<Served[M]>>
type Call = <M extends keyof Served>(method: M) => (...args: Parameters<Served[M]>) => Promise<Answer<M>>

/** A peer at the other end of a channel. */
export interface RemotePeer extends Peer {
  /** An address under which a page gets the bytes of one entry of a transfer; UNSUPPORTED where none serves pages. */
  mediaUrl(transfer: string, entry: number): Promise<string>
}

/**
 * The peer at the other end of a channel, as if it were here. Its `close` ends the channel, not the peer. When
 * the channel ends, what waits rejects with CLOSED or CONNECTION_LOST and listeners get one `closed` event.
 */
export async function connectFacade(channel: Channel): Promise<RemotePeer> {
  const listeners = new Set<(event: PeerEvent) => void>()
  const tell = (event: PeerEvent) => {
    for (const listener of [...listeners]) listener(event)
  }
  let ended: PeerError | undefined
  const end = (error: PeerError) => {
    if (ended) return
    ended = error
    rpc.$close(error)
    tell(error.code === 'CLOSED' ? { kind: 'closed' } : { kind: 'closed', error: toPlainError(error) })
    listeners.clear()
    channel.close()
  }
  const pushed: Pushed = {
    event: event => (event.kind === 'closed' ? end(peerClosed(event)) : tell(event)),
  }
  const rpc = createBirpc<Served, Pushed>(pushed, {
    post: (text: string) => channel.send(text),
    on: listener => {
      channel.onMessage(text => {
        if (parseMessage(text)) listener(text)
        else channel.close()
      })
    },
    ...coding,
    timeout: -1,
  })
  channel.onClose(() =>
    end(new PeerError('CONNECTION_LOST', 'The connection to the peer was lost. Try again.')),
  )

  const call: Call =
    <M extends keyof Served>(method: M) =>
    async (...args: Parameters<Served[M]>): Promise<Answer<M>> => {
      if (ended) throw ended
      const given = withoutTrailingUndefined(args)
      const fault = plainJsonFault(given)
      if (fault) throw new PeerError('BAD_INPUT', `${method}: its input ${fault}.`)
      const answer: unknown = await rpc.$callRaw({ method, args: given })
      // The serving side runs the method of this name, so its answer has the method's type.
      return answer as Answer<M>
    }
  const { id } = await call('hello')()
  return {
    ...facade(call),
    id,
    mediaUrl: call('mediaUrl'),
    subscribe(listener) {
      if (ended) return () => {}
      const own = (event: PeerEvent) => listener(event)
      listeners.add(own)
      if (listeners.size === 1) watch(true)
      return () => {
        if (listeners.delete(own) && listeners.size === 0) watch(false)
      }
    },
    async close() {
      end(new PeerError('CLOSED', 'This connection to the peer was closed.'))
    },
  }

  function watch(wanted: boolean): void {
    if (!ended) void rpc.$callEvent('watch', wanted).catch(() => {})
  }
}

function peerClosed({ error }: Extract<PeerEvent, { kind: 'closed' }>): PeerError {
  return error
    ? new PeerError(error.code, error.message)
    : new PeerError('CLOSED', 'The peer was stopped. Start it again.')
}

/** An argument left out must stay absent: in a JSON array it would become null. */
function withoutTrailingUndefined(args: readonly unknown[]): unknown[] {
  const given = [...args]
  while (given.length > 0 && given.at(-1) === undefined) given.pop()
  return given
}

function facade(call: Call): Omit<Peer, 'id' | 'subscribe' | 'close'> {
  return {
    status: call('status'),
    people: {
      list: call('people.list'),
      find: call('people.find'),
      setLimits: call('people.setLimits'),
    },
    files: { browse: call('files.browse'), search: call('files.search') },
    transfers: {
      list: call('transfers.list'),
      download: call('transfers.download'),
      pause: call('transfers.pause'),
      resume: call('transfers.resume'),
      cancel: call('transfers.cancel'),
      each: call('transfers.each'),
      move: call('transfers.move'),
      prioritise: call('transfers.prioritise'),
      details: call('transfers.details'),
      remove: call('transfers.remove'),
      entries: call('transfers.entries'),
      read: call('transfers.read'),
      endRead: call('transfers.endRead'),
    },
    offers: {
      list: call('offers.list'),
      entries: call('offers.entries'),
      send: call('offers.send'),
      accept: call('offers.accept'),
      decline: call('offers.decline'),
      later: call('offers.later'),
      rules: call('offers.rules'),
      setRule: call('offers.setRule'),
    },
    searches: {
      list: call('searches.list'),
      save: call('searches.save'),
      markSeen: call('searches.markSeen'),
      remove: call('searches.remove'),
    },
    subscriptions: {
      list: call('subscriptions.list'),
      add: call('subscriptions.add'),
      remove: call('subscriptions.remove'),
    },
    share: {
      list: call('share.list'),
      problems: call('share.problems'),
      add: call('share.add'),
      remove: call('share.remove'),
      rescan: call('share.rescan'),
    },
    chat: {
      threads: call('chat.threads'),
      send: call('chat.send'),
      edit: call('chat.edit'),
      remove: call('chat.remove'),
      react: call('chat.react'),
      retry: call('chat.retry'),
      typing: call('chat.typing'),
      setDraft: call('chat.setDraft'),
      setMuted: call('chat.setMuted'),
      clear: call('chat.clear'),
      history: call('chat.history'),
      markRead: call('chat.markRead'),
    },
    settings: { all: call('settings.all'), set: call('settings.set') },
    registry: { join: call('registry.join'), leave: call('registry.leave'), found: call('registry.found') },
  }
}
