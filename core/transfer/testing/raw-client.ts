import type { Identity, PeerId } from '../../identity/index.js'
import type { BulkSlice, Envelope, FileRequest, SentEnvelope } from '../../wire/index.js'
import { type DataSocket, dialData } from '../worker/data-socket.js'

/** What one request was answered with. */
export interface RawAnswer {
  readonly bytes: Buffer
  readonly answer?: Extract<Envelope, { op: 'answer' }>['body']
  readonly code?: string
  readonly details?: unknown
}

/** A data connection of a test, which may send whatever it wants. */
export class RawClient {
  readonly #socket: DataSocket
  readonly #open = new Map<
    number,
    { chunks: { offset: number; bytes: Buffer }[]; settle: (answer: RawAnswer) => void }
  >()
  /** Why it ended, once it has. */
  readonly ended: Promise<string>
  #last = 0

  private constructor(socket: DataSocket, ended: Promise<string>) {
    this.#socket = socket
    this.ended = ended
  }

  static async open(identity: Identity, expect: PeerId, port: number): Promise<RawClient> {
    let end: (code: string) => void = () => {}
    const ended = new Promise<string>(resolve => {
      end = resolve
    })
    let client: RawClient | undefined
    const socket = await dialData({
      identity,
      host: '127.0.0.1',
      port,
      expect,
      handlers: {
        message: envelope => {
          if (client) client.#message(envelope)
        },
        bulk: slice => {
          if (client) client.#bulk(slice)
        },
        closed: error => end(error?.code ?? 'none'),
      },
    })
    client = new RawClient(socket, ended)
    return client
  }

  /** Bytes of open requests that came. */
  get received(): number {
    return [...this.#open.keys()].reduce((sum, id) => sum + this.bytesOf(id).length, 0)
  }

  /** What came for an open request. */
  bytesOf(id: number): Buffer {
    return Buffer.concat((this.#open.get(id)?.chunks ?? []).map(chunk => chunk.bytes))
  }

  ask(body: FileRequest): Promise<RawAnswer> {
    const id = ++this.#last
    return new Promise(settle => {
      this.#open.set(id, { chunks: [], settle })
      this.#socket.send({ op: 'request', id, type: 'FILE_REQUEST', body })
    })
  }

  send(envelope: SentEnvelope): void {
    this.#socket.send(envelope)
  }

  raw(frame: Buffer): void {
    this.#socket.write(frame, () => {})
  }

  close(): void {
    this.#socket.close()
  }

  #message(envelope: Envelope): void {
    if (envelope.op !== 'answer' && envelope.op !== 'error') return
    const asked = this.#open.get(envelope.id)
    if (!asked) return
    this.#open.delete(envelope.id)
    const bytes = Buffer.concat(asked.chunks.map(chunk => chunk.bytes))
    if (envelope.op === 'answer') asked.settle({ bytes, answer: envelope.body })
    else asked.settle({ bytes, code: envelope.code, details: envelope.details })
  }

  #bulk({ id, offset, bytes }: BulkSlice): void {
    this.#open.get(id)?.chunks.push({ offset, bytes: Buffer.from(bytes) })
  }
}
