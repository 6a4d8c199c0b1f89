import type { PeerError } from '../../errors/index.js'
import {
  type BulkSlice,
  type Envelope,
  type FileAnswer,
  type FileRequest,
  LIMITS,
  protocolError,
} from '../../wire/index.js'
import { refusal } from './refusal.js'

/** What takes the answer to one request: its bytes in order, then exactly one of the others. */
export interface AnswerSink {
  /** Bytes at an offset of what was asked for. Throws to end the connection. */
  bytes(offset: number, bytes: Buffer): void
  answered(answer: FileAnswer): void
  refused(error: PeerError): void
  /** The connection ended before. */
  lost(error: PeerError): void
}

/** A request that waits or is under way. */
interface Asked {
  readonly body: FileRequest
  /** Bytes it may bring, for the limit of what is under way. */
  readonly bytes: number
  readonly transfer: number
  readonly sink: AnswerSink
  id: number
  /** Why its answer is not wanted any more. */
  cancelled?: PeerError
}

/** Bytes and requests under way at a source: enough that the wire never idles, within the wire's limits. */
export const WINDOW_BYTES = Math.min(12 * 1024 * 1024, LIMITS.bytesInFlight)
const WINDOW_REQUESTS = Math.min(16, LIMITS.requestsInFlight)

/**
 * The requests of one data connection. A source answers them in the order they were sent, so bytes can only
 * belong to the first; anything else ends the connection.
 */
export class SourceLink {
  readonly #send: (envelope: Envelope) => void
  readonly #windowBytes: () => number
  readonly #waiting: Asked[] = []
  readonly #underWay: Asked[] = []
  #bytesUnderWay = 0
  #lastId = 0
  #ended: PeerError | undefined

  /** `send` puts a message on the connection; `windowBytes` says how much may be under way now. */
  constructor(
    send: (envelope: Extract<Envelope, { op: 'request' | 'cancel' }>) => void,
    windowBytes: () => number = () => WINDOW_BYTES,
  ) {
    this.#send = send as (envelope: Envelope) => void
    this.#windowBytes = windowBytes
  }

  /** Nothing is under way. */
  get idle(): boolean {
    return this.#underWay.length === 0
  }

  /** What is under way is not wanted any more. */
  get unwanted(): boolean {
    return !this.idle && this.#underWay.every(asked => asked.cancelled !== undefined)
  }

  /** Asks when its turn comes; the sink hears at once when the connection has ended. */
  ask(asked: Omit<Asked, 'id' | 'cancelled'>): void {
    if (this.#ended) {
      asked.sink.lost(this.#ended)
      return
    }
    this.#waiting.push({ ...asked, id: 0 })
    this.#fill()
  }

  /** Drops what of these waits and cancels what is under way; each is still answered or refused. */
  cancel(isUnwanted: (asked: Pick<Asked, 'body' | 'transfer'>) => boolean, error: PeerError): void {
    const dropped = this.#waiting.filter(isUnwanted)
    const kept = this.#waiting.filter(asked => !dropped.includes(asked))
    this.#waiting.splice(0, Number.POSITIVE_INFINITY, ...kept)
    for (const asked of dropped) asked.sink.refused(error)
    for (const asked of this.#underWay) {
      if (asked.cancelled || !isUnwanted(asked)) continue
      asked.cancelled = error
      this.#send({ op: 'cancel', id: asked.id })
    }
  }

  /** Takes a message of the source; throws PROTOCOL_ERROR for one that has no place here. */
  message(envelope: Envelope): void {
    if (envelope.op === 'unknown-event' || envelope.op === 'event') return
    const first = this.#underWay[0]
    if (envelope.op !== 'answer' && envelope.op !== 'error')
      throw protocolError('op', 'is not for a data client')
    if (!first || envelope.id !== first.id) throw protocolError('id', 'is not of the first open request')
    if (envelope.op === 'error') {
      this.#settle(first)
      // However a source words it, what was cancelled says nothing about what was asked for.
      first.sink.refused(first.cancelled ?? refusal(envelope))
    } else {
      if (envelope.type !== 'FILE_REQUEST') throw protocolError('type', 'is not what was asked')
      first.sink.answered(envelope.body)
      this.#settle(first)
    }
    this.#fill()
  }

  /** Takes bytes of the source; throws PROTOCOL_ERROR for bytes that nobody asked for. */
  bulk({ id, offset, bytes }: BulkSlice): void {
    const first = this.#underWay[0]
    if (!first || first.id !== id) throw protocolError('chunk.id', 'is not of the first open request')
    first.sink.bytes(offset, bytes)
  }

  /** The connection ended: everything open is lost. */
  end(error: PeerError): void {
    this.#ended = error
    const open = [...this.#underWay.splice(0), ...this.#waiting.splice(0)]
    for (const asked of open) asked.sink.lost(error)
  }

  #settle(first: Asked): void {
    this.#underWay.shift()
    this.#bytesUnderWay -= first.bytes
  }

  #fill(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const isMuch = this.#bytesUnderWay + next.bytes > this.#windowBytes()
      const full = this.#underWay.length >= WINDOW_REQUESTS || isMuch
      if (full && this.#underWay.length > 0) return
      this.#waiting.shift()
      next.id = this.#lastId = (this.#lastId + 1) >>> 0
      this.#bytesUnderWay += next.bytes
      this.#underWay.push(next)
      this.#send({ op: 'request', id: next.id, type: 'FILE_REQUEST', body: next.body })
    }
  }
}
