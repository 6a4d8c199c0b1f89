import { PeerError } from '../errors/index.js'

/** The other side broke the protocol at this field; the connection ends with it. */
export function protocolError(field: string, fault: string): PeerError {
  return new PeerError('PROTOCOL_ERROR', `The message can’t be understood: ${field} ${fault}.`, {
    details: { field },
  })
}
