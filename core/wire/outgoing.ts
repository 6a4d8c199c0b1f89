import { setMaxListeners } from 'node:events'
import { type ErrorDetails, isErrorCode, PeerError } from '../errors/index.js'
import type { RequestOptions } from './connection.js'
import { type Envelope, outgoingFault, type SentEnvelope } from './envelope.js'
import type { Limits } from './limits.js'
import { type Answer, REQUESTS, type RequestBody, type RequestType } from './messages/index.js'
import { protocolError } from './protocol-error.js'

interface Asked {
  readonly type: RequestType
  readonly send: (id: number) => void
  readonly resolve: (body: unknown) => void
  readonly reject: (error: unknown) => void
  /** Set once it is on its way. */
  id: number | undefined
  settled: boolean
}

type Reply = Extract<Envelope, { readonly op: 'answer' | 'error' }>

/**
 * The requests of this side. A request that was given up is cancelled at the other side, and holds its place
 * among those in flight until the other side has answered it: so both sides count alike.
 */
export class OutgoingRequests {
  readonly #send: (envelope: SentEnvelope) => void
  readonly #limits: Limits
  readonly #flying = new Map<number, Asked>()
  readonly #waiting: Asked[] = []
  #lastId = 0
  #failure: PeerError | undefined

  constructor(send: (envelope: SentEnvelope) => void, limits: Limits) {
    this.#send = send
    this.#limits = limits
  }

  /** Requests that are neither answered nor given up. */
  get open(): number {
    let open = 0
    for (const asked of [...this.#flying.values(), ...this.#waiting]) if (!asked.settled) open++
    return open
  }

  async request<T extends RequestType>(
    type: T,
    body: RequestBody<T>,
    { signal, timeoutMs = this.#limits.requestMs }: RequestOptions = {},
  ): Promise<Answer<T>> {
    signal?.throwIfAborted()
    if (this.#failure) throw this.#failure
    const fault = outgoingFault(REQUESTS[type].request, body)
    if (fault) throw new PeerError('BAD_INPUT', `That can’t be asked: ${fault}.`)
    let asked: Asked | undefined
    let giveUp: (() => void) | undefined
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<Answer<T>>((resolve, reject) => {
        asked = {
          type,
          // The pair was checked by the caller's types; a union of pairs can't be followed through T.
          send: id => this.#send({ op: 'request', id, type, body } as SentEnvelope),
          resolve: resolve as (body: unknown) => void,
          reject,
          id: undefined,
          settled: false,
        }
        giveUp = () => reject(signal?.reason)
        // One signal may well be given to many requests.
        if (signal) setMaxListeners(0, signal)
        signal?.addEventListener('abort', giveUp, { once: true })
        timer = setTimeout(() => reject(noAnswer(type, timeoutMs)), timeoutMs)
        this.#start(asked)
      })
    } finally {
      clearTimeout(timer)
      if (giveUp) signal?.removeEventListener('abort', giveUp)
      if (asked && !asked.settled) this.#abandon(asked)
    }
  }

  /** Takes an answer or an error; one to a question that wasn't asked is a protocol error. */
  settle(reply: Reply): void {
    const asked = this.#flying.get(reply.id)
    if (!asked) throw protocolError('id', 'answers nothing that was asked')
    if (reply.op === 'answer' && reply.type !== asked.type)
      throw protocolError('type', 'is not what was asked')
    this.#flying.delete(reply.id)
    this.#startNext()
    if (asked.settled) return
    asked.settled = true
    if (reply.op === 'answer') asked.resolve(reply.body)
    else asked.reject(errorOf(reply))
  }

  /** Ends all that is open; later requests end the same way. */
  fail(error: PeerError): void {
    if (this.#failure) return
    this.#failure = error
    for (const asked of [...this.#flying.values(), ...this.#waiting]) {
      if (asked.settled) continue
      asked.settled = true
      asked.reject(error)
    }
    this.#flying.clear()
    this.#waiting.length = 0
  }

  #start(asked: Asked): void {
    if (this.#flying.size >= this.#limits.requestsInFlight) {
      this.#waiting.push(asked)
      return
    }
    do this.#lastId = (this.#lastId + 1) >>> 0
    while (this.#flying.has(this.#lastId))
    asked.id = this.#lastId
    this.#flying.set(asked.id, asked)
    try {
      asked.send(asked.id)
    } catch (error) {
      this.#flying.delete(asked.id)
      asked.settled = true
      asked.reject(error)
    }
  }

  #startNext(): void {
    while (this.#waiting.length > 0 && this.#flying.size < this.#limits.requestsInFlight) {
      const next = this.#waiting.shift()
      if (next && !next.settled) this.#start(next)
    }
  }

  #abandon(asked: Asked): void {
    asked.settled = true
    if (asked.id !== undefined) this.#send({ op: 'cancel', id: asked.id })
    else this.#waiting.splice(this.#waiting.indexOf(asked), 1)
  }
}

function errorOf({
  code,
  message,
  details,
}: {
  readonly code: string
  readonly message: string
  readonly details?: ErrorDetails | undefined
}): PeerError {
  return new PeerError(isErrorCode(code) ? code : 'INTERNAL', message, details ? { details } : {})
}

function noAnswer(type: string, timeoutMs: number): PeerError {
  const seconds = Math.max(1, Math.round(timeoutMs / 1000))
  return new PeerError('TIMEOUT', `No answer to ${type} within ${seconds} s. Try again.`)
}
