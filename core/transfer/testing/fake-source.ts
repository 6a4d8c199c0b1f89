import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { Identity } from '../../identity/index.js'
import {
  BULK_PREFIX_BYTES,
  type Envelope,
  encodeHello,
  encodeMessage,
  type FileRequest,
  FrameParser,
  openMessage,
  type SentEnvelope,
  tlsServerOptions,
  writeBulkPrefix,
} from '../../wire/index.js'
import type { Source } from '../plan.js'

/** What a fake source does with one request; it may lie, stall or break off. */
export type Behave = (request: FileRequest & { readonly id: number }, link: FakeLink) => void

/** How a fake source answers. */
export interface FakeLink {
  send(envelope: SentEnvelope): void
  chunk(id: number, offset: number, bytes: Uint8Array): void
  answer(id: number): void
  refuse(id: number, code: string): void
  end(): void
}

/** A source that speaks the protocol and behaves as a test wants. */
export class FakeSource {
  readonly #server: Server
  readonly #sockets = new Set<TLSSocket>()
  readonly #identity: Identity
  connections = 0
  /** After so many requests it says nothing more. */
  answerOnly = Number.POSITIVE_INFINITY
  /** Why the other side said it ended a connection. */
  readonly goodbyes: string[] = []

  private constructor(identity: Identity, behave: Behave) {
    this.#identity = identity
    this.#server = createServer(tlsServerOptions(identity), socket => this.#serve(socket, behave))
  }

  static async start(identity: Identity, behave: Behave): Promise<FakeSource> {
    const source = new FakeSource(identity, behave)
    await new Promise<void>(resolve => source.#server.listen(0, '127.0.0.1', resolve))
    return source
  }

  get source(): Source {
    const address = this.#server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    return { id: this.#identity.id, name: 'Mallory', hosts: ['127.0.0.1'], dataPorts: [port] }
  }

  /** Breaks off all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(resolve => this.#server.close(resolve))
  }

  #serve(socket: TLSSocket, behave: Behave): void {
    this.connections++
    this.#sockets.add(socket)
    socket.on('error', () => {})
    const link: FakeLink = {
      send: envelope => void socket.write(encodeMessage(envelope)),
      chunk(id, offset, bytes) {
        const frame = Buffer.alloc(BULK_PREFIX_BYTES + bytes.length)
        writeBulkPrefix(frame, { id, offset, bytes: bytes.length })
        frame.set(bytes, BULK_PREFIX_BYTES)
        socket.write(frame)
      },
      answer: id => link.send({ op: 'answer', id, type: 'FILE_REQUEST', body: {} }),
      refuse: (id, code) => link.send({ op: 'error', id, code, message: 'no' }),
      end: () => socket.destroy(),
    }
    const parser = new FrameParser({
      message: (kind, payload) => this.#take(openMessage(kind, payload), link, behave, socket),
    })
    socket.on('data', bytes => parser.push(bytes))
  }

  #take(envelope: Envelope, link: FakeLink, behave: Behave, socket: TLSSocket): void {
    if (envelope.op === 'event' && envelope.type === 'HELLO') {
      socket.write(encodeHello({ role: 'peer', purpose: 'data' }))
    } else if (envelope.op === 'event' && envelope.type === 'GOODBYE') {
      this.goodbyes.push(envelope.body.code ?? '')
    } else if (envelope.op === 'request' && envelope.type === 'FILE_REQUEST') {
      this.answerOnly--
      if (this.answerOnly >= 0) behave({ ...envelope.body, id: envelope.id }, link)
    }
  }
}
