import { createBirpc } from 'birpc'
import { type Peer, PeerError } from '../../core/browser.js'
import type { Channel } from './channel.js'
import { isMethodName, runMethod } from './methods.js'
import { plainJsonFault } from './plain-json.js'
import { coding, isCall, type Pushed } from './protocol.js'

type Handler = (...args: unknown[]) => unknown

/** What a program that serves a peer to pages offers beside it. */
export interface PageServices {
  /** See Session: NOT_FOUND where there is no such entry. */
  mediaUrl(transfer: string, entry: number): Promise<string>
}

/** Lets the other side of a channel use a peer, until either ends. Who may have a channel is the caller's to check. */
export function serveFacade(peer: Peer, channel: Channel, services: PageServices = NO_SERVICES): void {
  let watched = false
  const session: Record<string, Handler> = {
    hello: () => ({ id: peer.id }),
    watch: wanted => {
      watched = wanted === true
    },
    mediaUrl: (transfer, entry) => services.mediaUrl(String(transfer), Number(entry)),
  }
  const rpc = createBirpc<Pushed, object>(
    {},
    {
      post: (text: string) => channel.send(text),
      on: listener => {
        channel.onMessage(text => {
          if (isCall(text)) listener(text)
          else channel.close()
        })
      },
      ...coding,
      resolver: name => (Object.hasOwn(session, name) ? session[name] : handlerOf(peer, name)),
      // Nobody is left to tell what a channel that breaks can't carry.
      onGeneralError: () => true,
      timeout: -1,
    },
  )
  const unsubscribe = peer.subscribe(event => {
    if (watched || event.kind === 'closed') void rpc.$callEvent('event', event).catch(() => {})
    if (event.kind === 'closed') channel.close()
  })
  channel.onClose(() => {
    unsubscribe()
    rpc.$close()
  })
}

const NO_SERVICES: PageServices = {
  async mediaUrl() {
    throw new PeerError('UNSUPPORTED', 'Files can be shown in the app only.')
  },
}

function handlerOf(peer: Peer, name: string): Handler {
  return async (...args) => {
    if (!isMethodName(name))
      throw new PeerError(
        'UNSUPPORTED',
        `This peer has no "${name.slice(0, 64)}". Restart it if it is older.`,
      )
    const fault = plainJsonFault(args)
    if (fault) throw new PeerError('BAD_INPUT', `${name}: its input ${fault}.`)
    // The arguments come from outside; what they hold is the peer's to check.
    return runMethod(peer, name, args)
  }
}
