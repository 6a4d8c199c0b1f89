import { connectFacade } from '../../remote/index.js'
import type { Host, Platform } from '../host.js'
import { createLink, type Link } from './link.js'
import { retryAfterMs } from './retry.js'
import { socketChannel } from './socket-channel.js'
import { takeToken } from './token.js'

/** The close code by which the bridge says that the token is not its own. */
const NOT_ALLOWED = 4401

/** The app in a browser: the peer is at the other end of the bridge's socket, which is opened anew when it breaks. */
export function createWebHost(window: Window): Host {
  const link = createLink()
  const token = takeToken(window)
  if (token === undefined) link.end('not-allowed')
  else connect(link, `ws://${window.location.host}/socket`, token, 0)
  return { platform: browserPlatform(window), peer: link.peer, watchLink: link.watchLink }
}

function connect(link: Link, address: string, token: string, tries: number): void {
  let tried = tries
  const socket = new WebSocket(address)
  socket.addEventListener('open', () => {
    socket.send(token) // the bridge takes nothing before it
    connectFacade(socketChannel(socket)).then(
      peer => {
        tried = 0
        link.attach(peer)
      },
      () => socket.close(), // its close event tries again
    )
  })
  socket.addEventListener('close', ({ code }) => {
    if (code === NOT_ALLOWED) return link.end('not-allowed')
    if (link.isOver()) return // the peer said goodbye
    link.lose()
    retry(() => connect(link, address, token, tried + 1), retryAfterMs(tried, Math.random()))
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
