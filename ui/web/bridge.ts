import { createServer, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Peer } from '../../core/browser.js'
import { type Logger, silentLogger } from '../../core/index.js'
import { closeServer, HOST, listen, REQUEST_MS } from './listen.js'
import { isMediaPath, MediaDesk } from './media/media-desk.js'
import { readPageFiles, servePageFile } from './page-files.js'
import { servePageSocket } from './page-socket.js'
import { Passes } from './passes.js'
import { fileRequestFault, socketRequestFault } from './request-fault.js'

export interface BridgeOptions {
  readonly peer: Peer
  /** Default 0: any free one. */
  readonly port?: number
  readonly log?: Logger
  /** The folder of the built app. Default: where the build puts it. */
  readonly files?: URL
}

/** A running bridge. */
export interface Bridge {
  /** The address to open: it lets its holder use the peer, so it is shown to the person only. */
  readonly url: string
  readonly port: number
  /**
   * An address that works once, within a minute: for a browser's command line, which other users of this
   * computer can read.
   */
  ticketUrl(): string
  /** Ends it and the pages' connections; safe to call twice. The peer goes on. */
  close(): Promise<void>
}

const SOCKET_PATH = '/socket'
const MAX_MESSAGE_BYTES = 1024 * 1024
/** Pages at once. */
const MAX_SOCKETS = 64

/** Serves the app and its peer to the browsers of this computer. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { peer, log = silentLogger } = options
  const files = await readPageFiles(options.files ?? new URL('../app/', import.meta.url))
  const passes = new Passes()
  const desk = new MediaDesk({ peer, log: log.part('media'), forPages: 'same-origin' })
  const services = { mediaUrl: (transfer: string, entry: number) => desk.issue(transfer, entry) }
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  })
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS })
  const port = await listen(server, options.port ?? 0)
  const authority = `${HOST}:${port}`

  server.on('request', (request, response) => {
    const isMedia = isMediaPath(request.url) && fileRequestFault(request, authority) === undefined
    if (isMedia) void desk.serve(request, response)
    else servePageFile(request, response, files, authority)
  })
  server.on('upgrade', (request, socket, head) => {
    const fault = request.url === SOCKET_PATH ? socketRequestFault(request, authority) : 'path'
    const refused = fault ?? (sockets.clients.size >= MAX_SOCKETS ? 'too many' : undefined)
    if (refused === undefined) {
      sockets.handleUpgrade(request, socket, head, page =>
        servePageSocket(page, { peer, passes, services, log }),
      )
    } else {
      log.warn('page refused', { why: refused })
      refuseUpgrade(socket)
    }
  })
  let closing: Promise<void> | undefined
  return {
    url: `http://${authority}/#token=${passes.token}`,
    ticketUrl: () => `http://${authority}/#ticket=${passes.issueTicket()}`,
    port,
    close() {
      closing ??= closeAll(server, sockets.clients)
      return closing
    },
  }
}

function refuseUpgrade(socket: Duplex): void {
  socket.on('error', () => {}) // it may be gone already
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}

async function closeAll(server: Server, pages: ReadonlySet<WebSocket>): Promise<void> {
  for (const page of pages) page.terminate()
  await closeServer(server)
}
