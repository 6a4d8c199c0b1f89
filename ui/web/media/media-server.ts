import { createServer } from 'node:http'
import type { Peer } from '../../../core/browser.js'
import { type Logger, silentLogger } from '../../../core/index.js'
import { closeServer, HOST, listen, REQUEST_MS } from '../listen.js'
import { isMediaPath, MediaDesk } from './media-desk.js'

/** Serves files of transfers to a window of this program, and nothing else. */
export interface MediaServer {
  /** The address of one file of a transfer; NOT_FOUND when there is none. */
  mediaUrl(transfer: string, entry: number): Promise<string>
  /** Safe to call twice. */
  close(): Promise<void>
}

/**
 * Starts it on loopback, on any free port. Its window has an origin of its own, so what keeps others out is the
 * address: 128 random bits, and the exact Host, against names that are rebound to this computer.
 */
export async function startMediaServer(options: {
  readonly peer: Peer
  readonly log?: Logger
}): Promise<MediaServer> {
  const { peer, log = silentLogger } = options
  const desk = new MediaDesk({ peer, log, forPages: 'cross-origin' })
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS })
  const authority = `${HOST}:${await listen(server, 0)}`
  server.on('request', (request, response) => {
    const isAsked = request.method === 'GET' || request.method === 'HEAD'
    if (!isAsked || request.headers.host !== authority || !isMediaPath(request.url)) {
      response.writeHead(403).end()
    } else void desk.serve(request, response)
  })
  let closing: Promise<void> | undefined
  return {
    mediaUrl: async (transfer, entry) => `http://${authority}${await desk.issue(transfer, entry)}`,
    close() {
      closing ??= closeServer(server)
      return closing
    },
  }
}
