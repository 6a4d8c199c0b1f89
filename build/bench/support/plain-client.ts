import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import { inflateRawSync } from 'node:zlib'
import { Decoder } from 'cbor-x'
import {
  encodeHello,
  encodeMessage,
  FRAME,
  FrameParser,
  type RequestBody,
  type RequestType,
  tlsClientOptions,
} from '../../../core/wire/index.js'
import type { BenchIdentity } from './bench-identities.js'

const decoder = new Decoder({ useRecords: false, mapsAsObjects: true })
const HELLO = encodeHello({ role: 'peer', purpose: 'control', features: ['deflate'] })

/** What came, unchecked: a benchmark believes its own registry. */
export interface Message {
  readonly op: string
  readonly id?: number
  readonly type?: string
  readonly code?: string
  readonly body?: Record<string, unknown>
}

/** What a client is told. */
export interface PlainClientEvents {
  onReady(): void
  onEvent(message: Message): void
  onEnd(): void
}

/** Whether the time of an answer was more with the registry, or on its way back. */
export interface Timing {
  /** From the request to its answer, ms. */
  readonly allMs: number
  /** Of it, from the registry's clock to here: written, read, and waited for in the generator's loop. */
  readonly backMs: number
}

/**
 * The least that is a peer at a registry: a TLS socket, frames and CBOR, no timers and no checks, so that many fit in a
 * process and what is measured is the registry.
 */
export class PlainClient {
  readonly identity: BenchIdentity
  #context: SecureContext | undefined
  #socket: TLSSocket | undefined
  #lastId = 0
  readonly #waiting = new Map<number, (message: Message | undefined) => void>()

  constructor(identity: BenchIdentity) {
    this.identity = identity
  }

  connect(port: number, events: PlainClientEvents): void {
    const options = tlsClientOptions({ ...this.identity })
    this.#context ??= createSecureContext({ key: this.identity.keyPem, cert: this.identity.certPem })
    const { key: _key, cert: _cert, ...rest } = options
    const socket = connect({ ...rest, secureContext: this.#context, host: '127.0.0.1', port })
    this.#socket = socket
    const parser = new FrameParser({
      message: (kind, payload) =>
        this.#take(kind === FRAME.deflated ? inflateRawSync(payload) : payload, events),
    })
    socket.setNoDelay(true)
    socket.on('data', bytes => parser.push(bytes))
    socket.once('secureConnect', () => socket.write(HELLO))
    socket.on('error', () => {})
    socket.once('close', () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      for (const waiting of this.#waiting.values()) waiting(undefined)
      this.#waiting.clear()
      events.onEnd()
    })
  }

  /** Resolves with the answer, or undefined when there was an error or the connection ended. */
  ask<T extends RequestType>(type: T, body: RequestBody<T>): Promise<Message | undefined> {
    const socket = this.#socket
    if (!socket) return Promise.resolve(undefined)
    const id = ++this.#lastId
    return new Promise(resolve => {
      this.#waiting.set(id, resolve)
      socket.write(encodeMessage({ op: 'request', id, type, body } as never, { deflate: true }))
    })
  }

  async time<T extends RequestType>(type: T, body: RequestBody<T>): Promise<Timing | undefined> {
    const begun = now()
    const answer = await this.ask(type, body)
    if (answer?.op !== 'answer') return undefined
    const end = now()
    const time = answer.body?.time
    // The registry's clock has whole milliseconds.
    const backMs = typeof time === 'number' ? Math.max(0, end - time - 0.5) : 0
    return { allMs: end - begun, backMs: Math.min(backMs, end - begun) }
  }

  close(): void {
    this.#socket?.destroy()
  }

  #take(payload: Buffer, events: PlainClientEvents): void {
    const message = decoder.decode(payload) as Message
    if (message.op === 'answer' || message.op === 'error') {
      const waiting = this.#waiting.get(message.id ?? 0)
      this.#waiting.delete(message.id ?? 0)
      waiting?.(message)
    } else if (message.op === 'request')
      this.#socket?.write(
        encodeMessage({
          op: 'answer',
          id: message.id ?? 0,
          type: 'HEARTBEAT_REQUEST',
          body: { time: Date.now() },
        }),
      )
    else if (message.type === 'HELLO') events.onReady()
    else events.onEvent(message)
  }
}

/** ms since 1970, with their fractions. */
function now(): number {
  return performance.timeOrigin + performance.now()
}
