import type { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Answer, EventBody, EventType, Hello, RequestBody, RequestType } from './messages/index.js'

/** What a connection is for: everything but bytes of files, or only those. */
export type Purpose = 'control' | 'data'

/** How long to wait for an answer, and how to stop waiting. A stopped request is cancelled at the other side. */
export interface RequestOptions {
  readonly signal?: AbortSignal
  /** Default: LIMITS.requestMs. */
  readonly timeoutMs?: number
}

/** An open, authenticated connection whose two hellos were exchanged. */
export interface Connection {
  /** The other side, from its TLS key. */
  readonly peerId: PeerId
  readonly hello: Hello
  readonly remote: { readonly host: string; readonly port: number }
  /** Whether this side dialled. */
  readonly dialled: boolean
  /** Whether it can still be used. */
  readonly open: boolean
  /** Whether nothing is asked or answered on it at the moment. */
  readonly idle: boolean
  /** Settles when it is closed: undefined for a clean end, else why. Never rejects. */
  readonly ended: Promise<PeerError | undefined>
  /** Asks and waits; rejects with the other side's PeerError, TIMEOUT, CONNECTION_LOST or the signal's reason. */
  request<T extends RequestType>(type: T, body: RequestBody<T>, options?: RequestOptions): Promise<Answer<T>>
  /** Tells without waiting for an answer; resolves when the bytes are handed to the system. */
  notify<T extends EventType>(type: T, body: EventBody<T>): Promise<void>
  /** Ends it; told the other side as GOODBYE with the error's code when one is given. Safe to call twice. */
  close(reason?: PeerError): Promise<void>
}

/** Answers to one request of the other side. The signal aborts when it cancels or the connection ends. */
export type RequestHandlers = {
  readonly [T in RequestType]?: (
    body: RequestBody<T>,
    from: Connection,
    signal: AbortSignal,
  ) => Promise<Answer<T>> | Answer<T>
}

/** What to do with one event of the other side. */
export type EventHandlers = {
  readonly [T in EventType]?: (body: EventBody<T>, from: Connection) => void
}

/** What a side does with what it is asked and told. A type without a handler is answered UNSUPPORTED or ignored. */
export interface Handlers {
  readonly requests: RequestHandlers
  readonly events?: EventHandlers
}
