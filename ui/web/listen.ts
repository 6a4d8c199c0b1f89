import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PeerError, systemCode } from '../../core/browser.js'

/** Only programs of this computer reach it. */
export const HOST = '127.0.0.1'
/** Time for a request to be read. */
export const REQUEST_MS = 10_000

/** Listens on loopback; gives the port. PORT_BUSY when it is taken. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => reject(listenError(cause, port)))
    server.listen({ host: HOST, port, exclusive: true }, resolve)
  })
  // A server that listens on a port has an address of this form.
  return (server.address() as AddressInfo).port
}

/** Ends a server and its connections. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

function listenError(cause: Error, port: number): PeerError {
  if (systemCode(cause) === 'EADDRINUSE')
    return new PeerError('PORT_BUSY', `Port ${port} is in use. Choose another, or 0 for any free one.`, {
      cause,
    })
  return new PeerError('INTERNAL', `The app can't be served on port ${port}: ${cause.message}.`, { cause })
}
