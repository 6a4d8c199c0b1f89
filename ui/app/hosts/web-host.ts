import { PeerError } from '../../../core/browser.js'
import { connectFacade, type RemotePeer } from '../../remote/index.js'
import type { Host, Platform } from '../host.js'
import { createLink, type Link } from './link.js'
import { retryAfterMs } from './retry.js'
import { socketChannel } from './socket-channel.js'
import { keepToken, type Pass, takePass } from './token.js'

/** The close code by which the bridge says that the pass is not its own. */
const NOT_ALLOWED = 4401

/** The app in a browser: the peer is at the other end of the bridge's socket, which is opened anew when it breaks. */
export function createWebHost(window: Window): Host {
  const link = createLink()
  const way: Way = { link, address: `ws://${window.location.host}/socket`, storage: window.sessionStorage }
  const pass = takePass(window)
  if (pass === undefined) link.end('not-allowed')
  else connect(way, pass, 0)
  return {
    platform: {
      ...browserPlatform(window),
      async mediaUrl(transfer, entry) {
        if (way.remote) return way.remote.mediaUrl(transfer, entry)
        throw new PeerError('CLOSED', 'Your peer can’t be reached right now. Try again in a moment.')
      },
    },
    peer: link.peer,
    watchLink: link.watchLink,
  }
}

interface Way {
  readonly link: Link
  readonly address: string
  readonly storage: Storage
  /** The peer as it was last reached. */
  remote?: RemotePeer
}

function connect(way: Way, first: Pass, tries: number): void {
  const { link, address, storage } = way
  let pass = first
  let tried = tries
  const socket = new WebSocket(address)
  const enter = async () => {
    socket.send(pass.text) // the bridge takes nothing before it
    if (pass.kind === 'ticket') {
      pass = { kind: 'token', text: await firstMessage(socket) }
      keepToken(storage, pass.text)
    }
    const peer = await connectFacade(socketChannel(socket))
    tried = 0
    way.remote = peer
    link.attach(peer)
  }
  socket.addEventListener('open', () => {
    enter().catch(() => socket.close()) // its close event tries again
  })
  socket.addEventListener('close', ({ code }) => {
    if (code === NOT_ALLOWED) return link.end('not-allowed')
    if (link.isOver()) return // the peer said goodbye
    link.lose()
    retry(() => connect(way, pass, tried + 1), retryAfterMs(tried, Math.random()))
  })
}

/** The bridge's answer to a ticket. When none comes the socket closes, which is seen elsewhere. */
function firstMessage(socket: WebSocket): Promise<string> {
  return new Promise(resolve => {
    socket.addEventListener('message', ({ data }) => resolve(String(data)), { once: true })
  })
}

/** Waits, but not while the person comes back to the page or to the network. */
function retry(run: () => void, ms: number): void {
  const wake = new AbortController()
  const now = () => {
    clearTimeout(timer)
    wake.abort()
    run()
  }
  const timer = setTimeout(now, ms)
  window.addEventListener('online', now, wake)
  window.addEventListener('focus', now, wake)
}

function browserPlatform(window: Window): Platform {
  return {
    copyText: text => window.navigator.clipboard.writeText(text),
    openLink: url => void window.open(url, '_blank', 'noopener,noreferrer'),
    setTitle(title) {
      window.document.title = title
    },
  }
}
