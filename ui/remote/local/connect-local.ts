import { connect, type Socket } from 'node:net'
import { type Peer, PeerError, systemCode } from '../../../core/browser.js'
import { homeSocket } from '../../../core/index.js'
import { connectFacade } from '../connect-facade.js'
import { lineChannel } from './line-channel.js'

/** The peer's own answers may be long (a list of all transfers); it is trusted with that. */
const LIMITS = { line: 256 * 1024 * 1024, waiting: 64 * 1024 * 1024 }

/** The peer that runs on `home`, or undefined when none does. Its `close` leaves the peer running. */
export async function connectLocal(home: string): Promise<Peer | undefined> {
  const socket = await open(homeSocket(home, 'peer'))
  return socket && connectFacade(lineChannel(socket, LIMITS))
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', error => {
      const code = systemCode(error) ?? ''
      if (NOBODY.has(code)) resolve(undefined)
      else
        reject(
          new PeerError('UNREACHABLE', `The peer at ${path} can't be reached (${code}).`, { cause: error }),
        )
    })
  })
}

/** No socket, one left by a peer that is gone, or a home that isn't a folder. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR'])
