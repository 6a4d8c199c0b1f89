import { isErrorCode, PeerError } from '../errors/index.js'
import type { Purpose } from './connection.js'
import { type Envelope, encodeMessage, openMessage, wireSentence } from './envelope.js'
import type { MessageKind } from './frames.js'
import type { Hello } from './messages/index.js'
import { protocolError } from './protocol-error.js'

/** This program, as it names itself to others. */
const AGENT = 'tsPeer/0.1'
/** What this side can do beyond the base of the protocol. */
const OWN_FEATURES = ['deflate']

/** What a side says of itself. */
export interface HelloOptions {
  readonly role: Hello['role']
  readonly purpose: Purpose
  /** Beside those the wire itself has. */
  readonly features?: readonly string[]
}

/** Our hello. */
export function makeHello({ role, purpose, features = [] }: HelloOptions): Hello {
  return { role, purpose, features: [...OWN_FEATURES, ...features], agent: AGENT }
}

/**
 * The frame to send first on a connection: at once after the TLS checks by the side that dialled, after the
 * other's hello by the side that accepts.
 */
export function encodeHello(options: HelloOptions): Buffer {
  return encodeMessage({ op: 'event', type: 'HELLO', body: makeHello(options) })
}

/** The other side's hello from its first frame. Throws its reason when it says goodbye in place of it. */
export function openHello(kind: MessageKind, payload: Buffer): Hello {
  const first = openMessage(kind, payload)
  if (first.op === 'event' && first.type === 'GOODBYE') throw goodbyeError(first.body)
  return helloOf(first)
}

/** The hello that a first message must be. */
export function helloOf(first: Envelope): Hello {
  if (first.op === 'event' && first.type === 'HELLO') return first.body
  throw protocolError('type', 'is not HELLO, which comes first')
}

/** The last frame of a side that ends a connection on purpose. */
export function encodeGoodbye(reason?: PeerError): Buffer {
  const body = reason ? { code: reason.code, message: wireSentence(reason.message) } : {}
  return encodeMessage({ op: 'event', type: 'GOODBYE', body })
}

/** Why the other side ended the connection. */
export function goodbyeError(body: {
  readonly code?: string | undefined
  readonly message?: string | undefined
}): PeerError {
  const code = isErrorCode(body.code) ? body.code : 'CONNECTION_LOST'
  return new PeerError(code, body.message || 'The other side ended the connection.')
}
