import type { TLSSocket } from 'node:tls'
import { isPeerError, PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import { plainAddress } from './admission.js'
import type { Connection, Handlers, RequestOptions } from './connection.js'
import { gone, late, lost, protocolRepeat, slow } from './connection-errors.js'
import {
  type Envelope,
  encodeMessage,
  errorEnvelope,
  openMessage,
  outgoingFault,
  type SentEnvelope,
} from './envelope.js'
import { FrameParser, type MessageKind } from './frames.js'
import { encodeGoodbye, encodeHello, goodbyeError, type HelloOptions, helloOf } from './hello.js'
import { IncomingRequests, unsupported } from './incoming.js'
import { KeepAlive } from './keep-alive.js'
import type { Limits } from './limits.js'
import {
  type Answer,
  EVENTS,
  type EventBody,
  type EventType,
  type Hello,
  type RequestBody,
  type RequestType,
} from './messages/index.js'
import { OutgoingRequests } from './outgoing.js'

/** What a connection is made of. */
export interface SocketConnectionOptions {
  /** After its handshake and `verifyTls`. */
  readonly socket: TLSSocket
  readonly peerId: PeerId
  readonly dialled: boolean
  readonly hello: Omit<HelloOptions, 'purpose'> & { readonly purpose?: HelloOptions['purpose'] }
  readonly handlers: Handlers
  readonly limits: Limits
  readonly log: Logger
  /** Looks at the other side after its hello; the error it returns is said as goodbye in place of our hello. */
  readonly admit?: (connection: SocketConnection) => PeerError | undefined
}

type Stage = 'greeting' | 'admitting' | 'open' | 'closing' | 'closed'

/** Time given to messages that came at once before the loop may do something else, ms. */
const TURN_MS = 10

/** A connection over a TLS socket. Bytes in, frames, messages, handlers; one stage after the other. */
export class SocketConnection implements Connection {
  readonly peerId: PeerId
  readonly remote: { readonly host: string; readonly port: number }
  readonly dialled: boolean
  readonly ended: Promise<PeerError | undefined>
  /** Settles when both hellos are exchanged; rejects with why they weren't. */
  readonly greeted: Promise<void>
  readonly #options: SocketConnectionOptions
  readonly #socket: TLSSocket
  readonly #parser: FrameParser
  readonly #outgoing: OutgoingRequests
  readonly #incoming: IncomingRequests
  readonly #resolveEnded: (why: PeerError | undefined) => void
  readonly #settleGreeted: { readonly resolve: () => void; readonly reject: (error: PeerError) => void }
  #keepAlive: KeepAlive | undefined
  #stage: Stage = 'greeting'
  #hello: Hello | undefined
  #deflate = false
  #timer: NodeJS.Timeout
  #inbox: { readonly kind: MessageKind; readonly payload: Buffer }[] = []
  #turnPlanned = false
  /** What was said while the other side was being looked at: it follows our hello. */
  #held: Buffer[] = []
  /** Set when the end was told, by whichever side: undefined inside is a clean end. */
  #farewell: { readonly why: PeerError | undefined } | undefined

  constructor(options: SocketConnectionOptions) {
    const { socket, limits, handlers, log } = options
    this.#options = options
    this.#socket = socket
    this.peerId = options.peerId
    this.dialled = options.dialled
    this.remote = { host: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 }
    const ended = deferred<PeerError | undefined>()
    this.ended = ended.promise
    this.#resolveEnded = ended.resolve
    const greeted = deferred<void>()
    this.greeted = greeted.promise
    this.greeted.catch(() => {}) // also told by `ended`
    this.#settleGreeted = greeted
    const send = (envelope: SentEnvelope) => void this.#send(envelope)
    this.#outgoing = new OutgoingRequests(send, limits)
    const requests = { HEARTBEAT_REQUEST: () => ({ time: Date.now() }), ...handlers.requests }
    const onAnswered = () => this.#turn()
    this.#incoming = new IncomingRequests({ handlers: requests, from: this, send, onAnswered, log })
    this.#parser = new FrameParser(
      { message: (kind, payload) => void this.#inbox.push({ kind, payload }) },
      limits,
    )
    this.#timer = setTimeout(() => this.#lose(late('hello')), limits.helloMs)
    this.#listen()
    if (this.dialled) this.#write(encodeHello({ purpose: 'control', ...options.hello }))
  }

  get hello(): Hello {
    if (!this.#hello) throw new PeerError('INTERNAL', 'The hello of this connection has not come yet.')
    return this.#hello
  }

  /** Whether nothing is asked or answered at the moment. */
  get idle(): boolean {
    return this.#outgoing.open === 0 && this.#incoming.running === 0
  }

  /** Whether it can still be used. */
  get open(): boolean {
    return this.#stage === 'open' || this.#stage === 'admitting'
  }

  request<T extends RequestType>(
    type: T,
    body: RequestBody<T>,
    options?: RequestOptions,
  ): Promise<Answer<T>> {
    return this.#outgoing.request(type, body, options)
  }

  async notify<T extends EventType>(type: T, body: EventBody<T>): Promise<void> {
    if (!this.open) throw this.#farewell?.why ?? lost()
    const fault = outgoingFault(EVENTS[type], body)
    if (fault) throw new PeerError('BAD_INPUT', `That can’t be told: ${fault}.`)
    await this.#send({ op: 'event', type, body } as SentEnvelope)
  }

  async close(reason?: PeerError): Promise<void> {
    this.#bye(reason)
    await this.ended
  }

  /** Ends it at once, without a word. */
  destroy(): void {
    this.#farewell ??= { why: undefined }
    this.#socket.destroy()
  }

  #listen(): void {
    const socket = this.#socket
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    socket.on('drain', () => this.#turn())
    socket.on('error', error => this.#lose(lost(error)))
    socket.once('close', () => this.#onClose())
  }

  #take(bytes: Buffer): void {
    if (this.#stage === 'closing' || this.#stage === 'closed') return
    this.#keepAlive?.heard()
    try {
      this.#parser.push(bytes)
    } catch (error) {
      this.#violated(error)
      return
    }
    this.#turn()
  }

  /** Goes through what has come until its time is over, or there is no room for more. */
  #turn(): void {
    if (this.#turnPlanned) return
    if (this.#inbox.length === 0) {
      if (this.#socket.isPaused()) this.#socket.resume()
      return
    }
    const until = performance.now() + TURN_MS
    let done = 0
    while (done < this.#inbox.length && this.#hasRoom() && performance.now() < until) {
      const frame = this.#inbox[done++]
      try {
        if (frame) this.#onFrame(frame.kind, frame.payload)
      } catch (error) {
        this.#violated(error)
      }
    }
    this.#inbox.splice(0, done)
    if (this.#inbox.length > 0 && this.#hasRoom()) {
      this.#turnPlanned = true
      setImmediate(() => {
        this.#turnPlanned = false
        this.#turn()
      })
    }
    // Nothing is read while something waits: the other side's TCP feels it.
    if (this.#inbox.length > 0) this.#socket.pause()
    else this.#socket.resume()
  }

  #hasRoom(): boolean {
    const { requestsInFlight, bytesInFlight } = this.#options.limits
    return this.#incoming.running < requestsInFlight && this.#socket.writableLength <= bytesInFlight
  }

  #onFrame(kind: MessageKind, payload: Buffer): void {
    const message = openMessage(kind, payload)
    if (this.#stage === 'open') this.#onMessage(message)
    else if (message.op === 'event' && message.type === 'GOODBYE') this.#onEvent(message)
    else this.#onHello(helloOf(message))
  }

  #onHello(hello: Hello): void {
    const { admit, hello: own, limits } = this.#options
    clearTimeout(this.#timer)
    this.#hello = hello
    this.#deflate = hello.features.includes('deflate')
    this.#stage = 'admitting'
    const refusal = admit?.(this)
    if (refusal) {
      this.#bye(refusal)
      return
    }
    if (this.#stage !== 'admitting') return // closed by it
    if (!this.dialled) this.#write(encodeHello({ ...own, purpose: hello.purpose }))
    this.#stage = 'open'
    for (const frame of this.#held.splice(0)) this.#write(frame)
    const control = hello.purpose === 'control'
    this.#keepAlive = new KeepAlive({
      // The accepting side waits a little longer, so that mostly one ping serves both.
      pingMs: control ? limits.pingEveryMs * (this.dialled ? 1 : 4 / 3) : undefined,
      silenceMs: control ? limits.silenceMs : limits.dataIdleMs,
      ping: () => this.#ping(),
      onGone: () => this.#lose(gone()),
    })
    this.#settleGreeted.resolve()
  }

  #ping(): void {
    // Whatever comes back is a sign of life, and if nothing does the silence tells.
    this.request('HEARTBEAT_REQUEST', {}).catch(() => {})
  }

  #onMessage(message: Envelope): void {
    switch (message.op) {
      case 'request':
        this.#incoming.take(message)
        return
      case 'answer':
      case 'error':
        this.#outgoing.settle(message)
        return
      case 'cancel':
        this.#incoming.cancel(message.id)
        return
      case 'event':
        this.#onEvent(message)
        return
      case 'unknown-request':
        void this.#send(errorEnvelope(message.id, unsupported(message.type)))
        return
      case 'unknown-event':
        this.#options.log.debug('an unknown event', { type: message.type })
    }
  }

  #onEvent({ type, body }: Extract<Envelope, { readonly op: 'event' }>): void {
    if (type === 'HELLO') throw protocolRepeat()
    if (type === 'GOODBYE') {
      this.#farewell ??= { why: body.code ? goodbyeError(body) : undefined }
      this.#windUp(goodbyeError(body))
      return
    }
    // Body and handler are of one type, which TypeScript can't follow from a table to a union.
    const handle = this.#options.handlers.events?.[type] as
      | ((body: unknown, from: Connection) => void)
      | undefined
    try {
      handle?.(body, this)
    } catch (error) {
      this.#options.log.error('an event handler failed', { type, error: String(error) })
    }
  }

  #violated(error: unknown): void {
    const reason = isPeerError(error)
      ? error
      : new PeerError('INTERNAL', 'This side failed.', { cause: error })
    const { code, message } = reason
    this.#options.log.warn('a connection is ended', { peer: this.peerId, code, message })
    this.#bye(reason)
  }

  /** Says goodbye, then ends. */
  #bye(reason: PeerError | undefined): void {
    if (this.#stage === 'closing' || this.#stage === 'closed') return
    this.#farewell ??= { why: reason }
    this.#write(encodeGoodbye(reason))
    this.#windUp(reason ?? new PeerError('CLOSED', 'This side has ended the connection.'))
  }

  /** Sends what is written and ends; reads on, so that the end is no reset that loses our last words. */
  #windUp(why: PeerError): void {
    this.#stage = 'closing'
    this.#inbox = []
    this.#settleGreeted.reject(why)
    this.#outgoing.fail(why)
    this.#incoming.abort(why)
    this.#socket.end()
    this.#socket.resume()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#socket.destroy(), this.#options.limits.closeMs)
  }

  #lose(why: PeerError): void {
    this.#farewell ??= { why }
    this.#socket.destroy()
  }

  #onClose(): void {
    this.#stage = 'closed'
    this.#keepAlive?.stop()
    clearTimeout(this.#timer)
    this.#inbox = []
    const { why } = this.#farewell ?? { why: lost() }
    const failure = why ?? lost()
    this.#settleGreeted.reject(failure)
    this.#outgoing.fail(failure)
    this.#incoming.abort(failure)
    this.#resolveEnded(why)
  }

  /** Throws, before anything is sent, when the message is too large. */
  #send(envelope: SentEnvelope): Promise<void> {
    if (!this.open) return Promise.resolve()
    const frame = encodeMessage(envelope, { deflate: this.#deflate })
    this.#keepAlive?.sent()
    if (this.#stage === 'admitting') {
      this.#held.push(frame)
      return Promise.resolve()
    }
    // One that doesn't read is told off before it fills our memory.
    if (this.#socket.writableLength > 2 * this.#options.limits.bytesInFlight) this.#lose(slow())
    return this.#write(frame)
  }

  #write(frame: Buffer): Promise<void> {
    return new Promise(resolve => {
      // What is written in one turn of the loop goes out as one.
      if (this.#socket.writableCorked === 0) {
        this.#socket.cork()
        process.nextTick(() => this.#socket.uncork())
      }
      this.#socket.write(frame, () => resolve())
    })
  }
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: PeerError) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
