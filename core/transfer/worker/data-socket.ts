import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { isPeerError, PeerError, systemCode } from '../../errors/index.js'
import type { Identity, PeerId } from '../../identity/index.js'
import {
  type BulkSlice,
  type Envelope,
  encodeGoodbye,
  encodeHello,
  encodeMessage,
  FrameParser,
  goodbyeError,
  LIMITS,
  type MessageKind,
  openHello,
  openMessage,
  protocolError,
  type SentEnvelope,
  tlsClientOptions,
  verifyTls,
} from '../../wire/index.js'

/** Both are strong; the shorter key moves a third more bytes a second. */
export const DATA_CIPHERS = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256'
/** A TLS record is 16 KiB, and is read at once. */
const READ_BYTES = 64 * 1024
/** How long a goodbye may take to leave, ms. */
const GOODBYE_MS = 1_000

/** What a data connection hands over. Errors thrown here end the connection with them. */
export interface DataHandlers {
  message(envelope: Envelope): void
  /** Without it, bytes end the connection. */
  bulk?(slice: BulkSlice): void
  /** Called once, after the hellos were exchanged or before. */
  closed(error: PeerError | undefined): void
}

/**
 * One end of a data connection: cuts what comes into messages and slices of bytes, synchronously, and sends
 * messages and ready frames. The TLS checks are done before it is made.
 */
export class DataSocket {
  readonly peer: PeerId
  readonly #socket: TLSSocket
  readonly #handlers: DataHandlers
  readonly #greeted: () => void
  readonly #parser: FrameParser
  #hello = false
  #reason: PeerError | undefined
  #ended = false
  /** Part of a frame is sent, the rest is to follow. */
  #inFrame = false

  /** `greeted` is called when the other side's hello came. */
  constructor(socket: TLSSocket, peer: PeerId, handlers: DataHandlers, greeted: () => void) {
    this.peer = peer
    this.#socket = socket
    this.#handlers = handlers
    this.#greeted = greeted
    const { bulk } = handlers
    this.#parser = new FrameParser({
      message: (kind, payload) => this.#message(kind, payload),
      ...(bulk && { bulk: slice => bulk(slice) }),
    })
    socket.setNoDelay(true)
    socket.setTimeout(LIMITS.dataIdleMs, () => this.close())
    socket.on('error', error => {
      this.#reason ??= lost(error)
    })
    socket.once('close', () => this.#end())
  }

  get open(): boolean {
    return !this.#ended && !this.#socket.destroyed && !this.#socket.writableEnded
  }

  /** Takes bytes that came. */
  push(bytes: Buffer): void {
    if (!this.open) return
    try {
      this.#parser.push(bytes)
    } catch (error) {
      this.close(
        isPeerError(error) ? error : new PeerError('INTERNAL', 'A data connection failed.', { cause: error }),
      )
    }
  }

  send(envelope: SentEnvelope): void {
    if (this.open) this.#socket.write(encodeMessage(envelope))
  }

  /** Sends a whole frame; the buffer may be used again once `sent` is called, also when the connection ended. */
  write(frame: Buffer, sent: () => void): void {
    this.#inFrame = false
    this.#socket.write(frame, () => sent())
  }

  /** Sends the next part of a frame; `write` sends the last one. Nothing may come between. */
  writePart(part: Buffer): void {
    this.#inFrame = true
    this.#socket.write(part)
  }

  sayHello(): void {
    this.#socket.write(encodeHello({ role: 'peer', purpose: 'data' }))
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Ends the connection, telling the other side why. */
  close(reason?: PeerError): void {
    if (!this.open) return
    this.#reason ??= reason
    // In the middle of a frame a goodbye would be taken for bytes of a file.
    if (this.#inFrame) this.#socket.end()
    else this.#socket.end(encodeGoodbye(reason))
    this.#socket.setTimeout(GOODBYE_MS, () => this.#socket.destroy())
    // What still comes is of no use.
    this.#socket.resume()
  }

  #message(kind: MessageKind, payload: Buffer): void {
    if (!this.#hello) {
      const hello = openHello(kind, payload)
      if (hello.purpose !== 'data') throw protocolError('purpose', 'is not data on a port for data')
      this.#hello = true
      this.#greeted()
      return
    }
    const envelope = openMessage(kind, payload)
    if (envelope.op === 'event' && envelope.type === 'GOODBYE') {
      this.#reason ??= goodbyeError(envelope.body)
      this.#socket.end()
    } else this.#handlers.message(envelope)
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#handlers.closed(this.#reason)
  }
}

/** Whom to dial. */
export interface DataDial {
  readonly identity: Identity
  readonly host: string
  readonly port: number
  readonly expect: PeerId
  readonly handlers: DataHandlers
}

/** Opens a data connection; resolves when the other side, being who was expected, has said hello. */
export function dialData({ identity, host, port, expect, handlers }: DataDial): Promise<DataSocket> {
  return new Promise((resolve, reject) => {
    let data: DataSocket | undefined
    let greeted = false
    const fail = (error: unknown) => {
      clearTimeout(timer)
      reject(isPeerError(error) ? error : unreachable(host, port, error))
      socket.destroy()
    }
    const timer = setTimeout(() => fail(undefined), LIMITS.handshakeMs)
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    const onread = {
      buffer,
      callback(bytes: number) {
        data?.push(buffer.subarray(0, bytes))
        return true
      },
    }
    // The types of `connect` lack `onread`, which it hands to the socket.
    const options: ConnectionOptions & { onread: typeof onread } = {
      ...tlsClientOptions(identity),
      ciphers: DATA_CIPHERS,
      host,
      port,
      onread,
    }
    const socket = connect(options)
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      // Nothing is read from the stream itself, but only a flowing one tells of its end.
      socket.resume()
      try {
        const peer = verifyTls(socket, expect)
        const closed = (error: PeerError | undefined) => {
          if (greeted) handlers.closed(error)
          else fail(error)
        }
        data = new DataSocket(socket, peer, { ...handlers, closed }, () => {
          greeted = true
          clearTimeout(timer)
          if (data) resolve(data)
        })
        data.sayHello()
      } catch (error) {
        fail(error)
      }
    })
  })
}

function lost(cause: unknown): PeerError {
  return new PeerError('CONNECTION_LOST', 'The connection was lost.', { cause })
}

function unreachable(host: string, port: number, cause: unknown): PeerError {
  const code = systemCode(cause)
  const why = code ? ` (${code})` : ''
  return new PeerError('UNREACHABLE', `Nobody answers at ${host}:${port}${why}.`, { cause })
}
