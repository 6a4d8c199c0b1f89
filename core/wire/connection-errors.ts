import { PeerError } from '../errors/index.js'

/** Cut, by whatever cause. */
export function lost(cause?: unknown): PeerError {
  return new PeerError('CONNECTION_LOST', 'The connection was lost.', cause ? { cause } : {})
}

/** Silent for longer than a living side is. */
export function gone(): PeerError {
  return new PeerError('CONNECTION_LOST', 'The other side has gone silent.')
}

/** Its unread answers would fill our memory. */
export function slow(): PeerError {
  return new PeerError('TOO_BUSY', 'The other side does not read what it is sent.')
}

/** It did not say in time what was due. */
export function late(what: string): PeerError {
  return new PeerError('TIMEOUT', `The other side said no ${what} in time.`)
}

/** A second hello. */
export function protocolRepeat(): PeerError {
  return new PeerError('PROTOCOL_ERROR', 'The other side said hello twice.', { details: { field: 'type' } })
}
