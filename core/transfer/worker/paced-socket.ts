import type { PeerId } from '../../identity/index.js'
import type { SentEnvelope } from '../../wire/index.js'
import type { Loans, Paces } from '../limits/pacing.js'
import { CHUNK_BYTES } from './chunk-buffer.js'
import type { ServeSocket } from './serve-tools.js'

const LEAST_CHUNK_BYTES = 16 * 1024

/** The connection behind a paced one. */
export interface PartSocket {
  readonly peer: PeerId
  readonly open: boolean
  send(envelope: SentEnvelope): void
  write(frame: Buffer, sent: () => void): void
  writePart(part: Buffer): void
}

interface Waiting {
  readonly frame: Buffer
  readonly sent: () => void
  /** How much of it is sent. */
  at: number
}

/**
 * Sends frames as fast as the socket takes them, or, to someone who is paced, part by part as bytes are lent. What
 * follows a frame waits behind it.
 */
export class PacedSocket implements ServeSocket {
  readonly #socket: PartSocket
  readonly #paces: Paces
  readonly #loans: Loans
  #queue: (Waiting | SentEnvelope)[] = []
  #pace: number | undefined
  /** What is left of the loan; undefined without one. */
  #loan: number | undefined
  #asking = false
  /** Nothing is asked for: a loan is of no use. */
  #resting = true

  constructor(socket: PartSocket, paces: Paces, loans: Loans) {
    this.#socket = socket
    this.#paces = paces
    this.#loans = loans
    this.#pace = paces.of(socket.peer)
  }

  get peer(): PeerId {
    return this.#socket.peer
  }

  get open(): boolean {
    return this.#socket.open
  }

  /** At a slow pace little waits to be sent, so that a cancelled request ends soon. */
  get chunkBytes(): number {
    const pace = this.#pace ?? Number.POSITIVE_INFINITY
    const whole = Math.min(CHUNK_BYTES, pace / 2)
    return Math.max(LEAST_CHUNK_BYTES, whole - (whole % LEAST_CHUNK_BYTES))
  }

  send(envelope: SentEnvelope): void {
    if (this.#queue.length === 0) this.#socket.send(envelope)
    else this.#queue.push(envelope)
  }

  write(frame: Buffer, sent: () => void): void {
    if (this.#pace === undefined && this.#queue.length === 0) {
      this.#socket.write(frame, sent)
      return
    }
    this.#resting = false
    this.#queue.push({ frame, sent, at: 0 })
    this.#flow()
  }

  rest(): void {
    this.#resting = true
    this.#giveBack()
  }

  /** The rules changed: what was lent by the old ones is void. */
  paceChanged(): void {
    this.#pace = this.#paces.of(this.peer)
    if (this.#pace === undefined) this.#loan = undefined
    else if (this.#loan !== undefined) this.#loan = 0
    this.#flow()
  }

  /** The connection has ended: what waits is dropped. */
  ended(): void {
    const queue = this.#queue
    this.#queue = []
    for (const waiting of queue) if ('frame' in waiting) waiting.sent()
    this.rest()
  }

  #giveBack(): void {
    if (this.#loan === undefined || !this.#resting || this.#queue.length > 0) return
    this.#loans.giveBack(this.peer, this.#loan)
    this.#loan = undefined
  }

  #flow(): void {
    for (let next = this.#queue[0]; next && this.open; next = this.#queue[0]) {
      if (!('frame' in next)) {
        this.#queue.shift()
        this.#socket.send(next)
        continue
      }
      const left = next.frame.length - next.at
      const bytes = this.#pace === undefined ? left : Math.min(left, this.#loan ?? 0)
      if (bytes === 0) {
        this.#ask()
        return
      }
      const part = next.frame.subarray(next.at, next.at + bytes)
      next.at += bytes
      if (this.#loan !== undefined) this.#loan -= bytes
      if (bytes < left) this.#socket.writePart(part)
      else {
        this.#queue.shift()
        this.#socket.write(part, next.sent)
      }
    }
    this.#giveBack()
  }

  #ask(): void {
    if (this.#asking) return
    this.#asking = true
    const back = this.#loan
    this.#loan = undefined
    this.#loans.lend(this.peer, back).then(
      bytes => {
        this.#asking = false
        if (bytes > 0) this.#loan = bytes
        if (this.open) this.#flow()
        else this.rest()
      },
      // The main side is gone, and with it all that is served.
      () => {},
    )
  }
}
