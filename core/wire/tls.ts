import { constants } from 'node:crypto'
import type { TLSSocket, ConnectionOptions as TlsClientOptions, TlsOptions } from 'node:tls'
import { PeerError } from '../errors/index.js'
import { type Identity, type PeerId, peerIdOfPublicKey } from '../identity/index.js'
import { LIMITS } from './limits.js'

/** The major version of the protocol. */
export const ALPN = 'tspeer/1'

type KeyPair = Pick<Identity, 'keyPem' | 'certPem'>

/** What both sides of a TLS connection need; the other side's key is checked by `verifyTls`, not by a CA. */
function common({ keyPem, certPem }: KeyPair): TlsClientOptions & TlsOptions {
  return {
    key: keyPem,
    cert: certPem,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    ALPNProtocols: [ALPN],
    // A resumed session shows no certificate.
    secureOptions: constants.SSL_OP_NO_TICKET,
  }
}

/** For `tls.createServer`. Destroy the socket in `tlsClientError`: the time limit alone leaves it open. */
export function tlsServerOptions(identity: KeyPair): TlsOptions {
  const { ALPNProtocols: _list, ...rest } = common(identity)
  return {
    ...rest,
    // A list would be copied, and kept, for each connection; who offers another protocol is refused in the same way.
    ALPNCallback: ({ protocols }) => protocols.find(protocol => protocol === ALPN),
    requestCert: true,
    handshakeTimeout: LIMITS.handshakeMs,
  }
}

/** For `tls.connect`. Never add a session. */
export function tlsClientOptions(identity: KeyPair): TlsClientOptions {
  return common(identity)
}

/**
 * Who the other side of a finished handshake is. Call it once, in `secureConnect` or `secureConnection`,
 * before the first byte is written. Throws NOT_A_PEER when it isn't one of us, WRONG_PEER when it isn't who
 * was expected; then destroy the socket.
 */
export function verifyTls(socket: TLSSocket, expect?: PeerId): PeerId {
  if (socket.alpnProtocol !== ALPN) throw notAPeer('speaks another protocol')
  if (socket.isSessionReused()) throw notAPeer('resumed a session')
  const certificate = socket.getPeerX509Certificate()
  if (!certificate) throw notAPeer('shows no certificate')
  const id = peerIdOfPublicKey(certificate.publicKey)
  if (!id) throw notAPeer('has a key of another kind')
  if (expect !== undefined && id !== expect)
    throw new PeerError(
      'WRONG_PEER',
      'Someone else answers there: the key is not the one expected. The address may have a new owner.',
      { details: { expected: expect, found: id } },
    )
  return id
}

function notAPeer(why: string): PeerError {
  return new PeerError('NOT_A_PEER', `What answers there is not tsPeer: it ${why}.`)
}
