import { createBirpc } from 'birpc'
import { type Peer, PeerError, type PeerEvent, toPlainError } from '../../core/browser.js'
import type { Channel } from './channel.js'
import { facadeOver } from './methods.js'
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
    ...facadeOver((method, args) =>
      (call(method) as (...args: readonly unknown[]) => Promise<unknown>)(...args),
    ),
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
