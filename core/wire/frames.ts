import { LIMITS, type Limits } from './limits.js'
import { protocolError } from './protocol-error.js'

/** The kinds of frames; see PROTOCOL.md. */
export const FRAME = { message: 0, bulk: 1, deflated: 2 } as const
/** A frame that holds a message, as it is or deflated. */
export type MessageKind = typeof FRAME.message | typeof FRAME.deflated

/** u32 payload length, u8 kind. */
export const FRAME_HEADER_BYTES = 5
/** u32 request id, u64 offset: the start of a bulk payload. */
export const BULK_HEADER_BYTES = 12
/** All that stands before the raw bytes of a bulk frame. */
export const BULK_PREFIX_BYTES = FRAME_HEADER_BYTES + BULK_HEADER_BYTES

/** Some bytes of a FILE_CHUNK as they came. */
export interface BulkSlice {
  /** The request they answer. */
  readonly id: number
  /** Where `bytes` belong, in what was asked for. */
  readonly offset: number
  /** A view of what was pushed: valid until `push` returns. Never empty. */
  readonly bytes: Buffer
  /** Whether the frame ends with them. */
  readonly last: boolean
}

/** What a parser hands its frames to. An error thrown here comes out of `push`. */
export interface FrameSink {
  /** The payload is valid until `push` returns, for it may be a view of what was pushed. */
  message(kind: MessageKind, payload: Buffer): void
  /** Without it a bulk frame is a protocol error. */
  bulk?(slice: BulkSlice): void
}

type FrameLimits = Pick<Limits, 'helloFrameBytes' | 'messageBytes' | 'chunkBytes'>

/** What a payload is gathered in at first; it grows with what really comes, not with what was announced. */
const FIRST_GATHER_BYTES = 4096

/**
 * Cuts a byte stream into frames, synchronously and without waiting for whole bulk frames. Each length is
 * checked before anything is kept for it. The first frame is a hello: a message of at most 4 KiB.
 */
export class FrameParser {
  readonly #sink: FrameSink
  readonly #limits: FrameLimits
  // Memory of its own: a piece of the common pool would keep 8 KiB of it for as long as the connection.
  readonly #head = Buffer.allocUnsafeSlow(BULK_PREFIX_BYTES)
  #headBytes = 0
  #headNeeds = FRAME_HEADER_BYTES
  #greeted = false
  #kind: MessageKind | typeof FRAME.bulk = FRAME.message
  /** Payload bytes still to come. */
  #left = 0
  #gathered: Buffer | undefined
  #gatheredBytes = 0
  #bulkId = 0
  #bulkOffset = 0

  constructor(sink: FrameSink, limits: FrameLimits = LIMITS) {
    this.#sink = sink
    this.#limits = limits
  }

  /** Takes the next bytes; throws PROTOCOL_ERROR where they are no frames, and then takes no more. */
  push(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#headBytes < this.#headNeeds) at = this.#takeHead(bytes, at)
      else if (this.#kind === FRAME.bulk) at = this.#takeBulk(bytes, at)
      else at = this.#takeMessage(bytes, at)
    }
  }

  /** Whether the stream may end here: between two frames. */
  get atEnd(): boolean {
    return this.#headBytes === 0
  }

  #takeHead(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#headNeeds - this.#headBytes)
    for (let i = at; i < end; i++) this.#head[this.#headBytes++] = bytes[i] ?? 0
    if (this.#headBytes === FRAME_HEADER_BYTES) this.#openFrame()
    if (this.#headBytes === BULK_PREFIX_BYTES) this.#openBulk()
    return end
  }

  #openFrame(): void {
    const length = this.#head.readUInt32BE(0)
    const kind = this.#head[4]
    const { sink, limit } = { sink: this.#sink, limit: this.#limitOf(kind) }
    if (limit === undefined || (kind === FRAME.bulk && !sink.bulk))
      throw protocolError('frame.kind', `is ${kind}, which is not expected here`)
    const least = kind === FRAME.bulk ? BULK_HEADER_BYTES + 1 : 1
    if (length < least || length > limit)
      throw protocolError('frame.length', `is ${length}, not ${least} to ${limit}`)
    this.#left = length
    if (kind === FRAME.bulk) {
      this.#kind = kind
      this.#headNeeds = BULK_PREFIX_BYTES
    } else this.#kind = kind === FRAME.deflated ? FRAME.deflated : FRAME.message
  }

  #limitOf(kind: number | undefined): number | undefined {
    const { helloFrameBytes, messageBytes, chunkBytes } = this.#limits
    if (!this.#greeted) return kind === FRAME.message ? helloFrameBytes : undefined
    if (kind === FRAME.message || kind === FRAME.deflated) return messageBytes
    return kind === FRAME.bulk ? BULK_HEADER_BYTES + chunkBytes : undefined
  }

  #openBulk(): void {
    this.#bulkId = this.#head.readUInt32BE(FRAME_HEADER_BYTES)
    const offset = this.#head.readBigUInt64BE(FRAME_HEADER_BYTES + 4)
    this.#left -= BULK_HEADER_BYTES
    if (offset > BigInt(Number.MAX_SAFE_INTEGER - this.#left))
      throw protocolError('chunk.offset', 'is over 2^53-1')
    this.#bulkOffset = Number(offset)
  }

  #takeBulk(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    const offset = this.#bulkOffset
    this.#left -= end - at
    this.#bulkOffset += end - at
    const last = this.#left === 0
    if (last) this.#nextFrame()
    this.#sink.bulk?.({ id: this.#bulkId, offset, bytes: bytes.subarray(at, end), last })
    return end
  }

  #takeMessage(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    const part = at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end)
    this.#left -= part.length
    if (this.#left > 0) {
      this.#gather(part)
      return end
    }
    const payload = this.#gathered ? this.#gather(part) : part
    const kind = this.#kind === FRAME.deflated ? FRAME.deflated : FRAME.message
    this.#greeted = true
    this.#nextFrame()
    this.#sink.message(kind, payload)
    return end
  }

  #gather(part: Buffer): Buffer {
    const used = this.#gatheredBytes
    const needed = used + part.length
    let held = this.#gathered ?? Buffer.allocUnsafe(Math.min(needed + this.#left, FIRST_GATHER_BYTES))
    if (held.length < needed) {
      const grown = Buffer.allocUnsafe(Math.min(needed + this.#left, Math.max(needed, 2 * held.length)))
      held.copy(grown, 0, 0, used)
      held = grown
    }
    part.copy(held, used)
    this.#gathered = held
    this.#gatheredBytes = needed
    return held.subarray(0, needed)
  }

  #nextFrame(): void {
    this.#headBytes = 0
    this.#headNeeds = FRAME_HEADER_BYTES
    this.#gathered = undefined
    this.#gatheredBytes = 0
  }
}

/** One whole frame around a payload. */
export function encodeFrame(kind: MessageKind, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length)
  writeFrameHeader(frame, kind, payload.length)
  frame.set(payload, FRAME_HEADER_BYTES)
  return frame
}

/** What stands before `bytes` raw bytes of a FILE_CHUNK. */
export interface BulkPrefix {
  readonly id: number
  readonly offset: number
  readonly bytes: number
}

/** Writes it at the start of `target`, which the raw bytes may follow, so that one write sends both. */
export function writeBulkPrefix(target: Buffer, { id, offset, bytes }: BulkPrefix): void {
  writeFrameHeader(target, FRAME.bulk, BULK_HEADER_BYTES + bytes)
  target.writeUInt32BE(id, FRAME_HEADER_BYTES)
  target.writeBigUInt64BE(BigInt(offset), FRAME_HEADER_BYTES + 4)
}

function writeFrameHeader(target: Buffer, kind: number, payloadBytes: number): void {
  target.writeUInt32BE(payloadBytes, 0)
  target[4] = kind
}
