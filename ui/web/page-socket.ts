import type { RawData, WebSocket } from 'ws'
import type { Peer } from '../../core/browser.js'
import type { Logger } from '../../core/index.js'
import { type Channel, type PageServices, serveFacade } from '../remote/index.js'
import { pacedPeer } from './paced-peer.js'
import type { Passes } from './passes.js'

/** Time for the token, the first message. */
const TOKEN_MS = 2000
/** The close code that the page knows: its token is not ours. */
const NOT_ALLOWED = 4401
const PING_MS = 30_000

export interface PageSocketOptions {
  readonly peer: Peer
  readonly passes: Passes
  readonly services: PageServices
  readonly log: Logger
}

/** One page's socket: nothing is served before the right token came; without it, it ends within 2 s. */
export function servePageSocket(socket: WebSocket, { peer, passes, services, log }: PageSocketOptions): void {
  const refuse = (why: string) => {
    log.warn('page refused', { why })
    socket.close(NOT_ALLOWED)
    setTimeout(() => socket.terminate(), TOKEN_MS).unref()
  }
  const silent = setTimeout(() => refuse('no token'), TOKEN_MS)
  socket.on('error', error => log.debug('page socket', { message: error.message }))
  socket.once('close', () => clearTimeout(silent))
  socket.once('message', (data, isBinary) => {
    clearTimeout(silent)
    const pass = isBinary ? undefined : passes.check(textOf(data))
    if (pass === undefined) return refuse('wrong token')
    log.debug('page connected')
    if (pass === 'ticket') socket.send(passes.token) // for its reloads
    connect(socket, peer, services)
  })
}

function connect(socket: WebSocket, peer: Peer, services: PageServices): void {
  const paced = pacedPeer(peer, { buffered: () => socket.bufferedAmount, drop: () => socket.terminate() })
  serveFacade(paced.peer, channelOf(socket, paced.drained), services)
  keepAlive(socket)
}

function channelOf(socket: WebSocket, onSent: () => void): Channel {
  return {
    send(text) {
      if (socket.readyState === socket.OPEN) socket.send(text, () => onSent())
    },
    onMessage(listener) {
      socket.on('message', (data, isBinary) => {
        if (isBinary) socket.terminate()
        else listener(textOf(data))
      })
    },
    onClose(listener) {
      if (socket.readyState === socket.CLOSED) listener()
      else socket.once('close', listener)
    },
    close: () => socket.close(),
  }
}

/** Ends a socket whose page no longer answers. */
function keepAlive(socket: WebSocket): void {
  let isAlive = true
  socket.on('pong', () => {
    isAlive = true
  })
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, PING_MS)
  timer.unref()
  socket.once('close', () => clearInterval(timer))
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString()
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString()
}
