import { isPeerError, PeerError } from '../errors/index.js'
import type { Logger } from '../log/index.js'
import type { Connection, RequestHandlers } from './connection.js'
import { type Envelope, errorEnvelope, outgoingFault, type SentEnvelope } from './envelope.js'
import { type Answer, REQUESTS, type RequestType } from './messages/index.js'
import { protocolError } from './protocol-error.js'

type Request = Extract<Envelope, { readonly op: 'request' }>

/** What answering needs of its connection. */
export interface IncomingOptions {
  readonly handlers: RequestHandlers
  readonly from: Connection
  readonly send: (envelope: SentEnvelope) => void
  /** Told each time one was answered. */
  readonly onAnswered: () => void
  readonly log: Logger
}

/** The requests of the other side that run here. Each is answered once, also when it was cancelled. */
export class IncomingRequests {
  readonly #options: IncomingOptions
  readonly #running = new Map<number, AbortController>()

  constructor(options: IncomingOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running.size
  }

  /** Starts the handler of a request. */
  take(request: Request): void {
    if (this.#running.has(request.id)) throw protocolError('id', 'is that of a request not answered yet')
    const stop = new AbortController()
    this.#running.set(request.id, stop)
    void this.#answer(request, stop.signal)
  }

  cancel(id: number): void {
    this.#running.get(id)?.abort(new PeerError('CLOSED', 'The request was cancelled.'))
  }

  /** The connection has ended: nobody waits for the answers any more. */
  abort(reason: PeerError): void {
    for (const stop of this.#running.values()) stop.abort(reason)
  }

  async #answer(request: Request, signal: AbortSignal): Promise<void> {
    const { send, onAnswered } = this.#options
    try {
      send(await this.#run(request, signal))
    } catch (error) {
      send(this.#errorAnswer(request, error))
    } finally {
      this.#running.delete(request.id)
      onAnswered()
    }
  }

  async #run({ id, type, body }: Request, signal: AbortSignal): Promise<SentEnvelope> {
    const { handlers, from } = this.#options
    const handler = handlers[type]
    if (!handler) throw unsupported(type)
    // Body and handler are of one type, which TypeScript can't follow from a table to a union.
    const handle = handler as (body: unknown, from: Connection, signal: AbortSignal) => unknown
    const answer = await handle(body, from, signal)
    const fault = outgoingFault(REQUESTS[type].answer, answer)
    if (fault) throw new TypeError(`the answer is wrong: ${fault}`)
    return { op: 'answer', id, type, body: answer as Answer<RequestType> } as SentEnvelope
  }

  #errorAnswer({ id, type }: Request, error: unknown): SentEnvelope {
    if (isPeerError(error)) return errorEnvelope(id, error)
    this.#options.log.error('a request failed', { type, error: String(error) })
    // What went wrong in here is nobody else's business.
    return errorEnvelope(id, { code: 'INTERNAL', message: 'The other side could not answer that.' })
  }
}

/** What a request without a handler is answered with. */
export function unsupported(type: string): PeerError {
  return new PeerError('UNSUPPORTED', `The other side does not answer ${type}. It may be an older version.`)
}
