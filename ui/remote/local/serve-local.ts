import { chmod, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { systemCode } from '../../../core/browser.js'
import { homeSocket, type Logger, type Peer, PeerError, prepareSocketFolder } from '../../../core/index.js'
import { serveFacade } from '../serve-facade.js'
import { lineChannel } from './line-channel.js'

const LIMITS = { line: 1024 * 1024, waiting: 64 * 1024 * 1024 }
const MAX_CLIENTS = 64
const LAST_WORDS_MS = 1_000

export interface LocalServer {
  /** Where it listens. */
  readonly path: string
  /** Ends it and every connection; safe to call twice. */
  close(): Promise<void>
}

/**
 * Lets programs of the same user on this computer use the peer that runs on `home`. The home must be locked by
 * this process: a socket that is there is taken for a left-over.
 */
export async function serveLocal(options: {
  readonly peer: Peer
  readonly home: string
  readonly log: Logger
}): Promise<LocalServer> {
  const path = homeSocket(options.home, 'peer')
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serveFacade(options.peer, lineChannel(socket, LIMITS))
  })
  server.maxConnections = MAX_CLIENTS
  const isFile = process.platform !== 'win32'
  if (isFile) {
    await prepareSocketFolder(path)
    await unlink(path).catch(ignoreAbsent)
  }
  await listen(server, path)
  if (isFile) await chmod(path, 0o600)
  server.on('error', error => options.log.warn('local socket', { error: error.message }))
  options.log.debug('local socket', { path })

  let closing: Promise<void> | undefined
  return {
    path,
    close() {
      closing ??= closeServer(server, sockets)
      return closing
    },
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', cause => {
      const message = `The local socket ${path} can't be made (${systemCode(cause)}). Choose another --home.`
      reject(new PeerError('BAD_PATH', message, { cause }))
    })
    server.listen(path, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

/** Each connection ends after what was sent to it, or soon where nobody reads. */
function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, LAST_WORDS_MS)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    for (const socket of sockets) socket.destroySoon()
  })
}

function ignoreAbsent(error: unknown): void {
  if (systemCode(error) !== 'ENOENT') throw error
}
