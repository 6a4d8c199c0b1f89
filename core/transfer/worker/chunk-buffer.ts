import { BULK_PREFIX_BYTES, writeBulkPrefix } from '../../wire/index.js'

/** How much of a file goes into one frame, and so is read, encrypted and sent at once. */
export const CHUNK_BYTES = 256 * 1024

/** A buffer with room for what stands before the bytes: header and bytes leave in one write, uncopied. */
export class ChunkBuffer {
  readonly #buffer: Buffer
  /** Where the bytes go. */
  readonly bytes: Buffer

  constructor(mostBytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(BULK_PREFIX_BYTES + mostBytes)
    this.bytes = this.#buffer.subarray(BULK_PREFIX_BYTES)
  }

  /** The frame around the first `bytes` of them. */
  frame(id: number, offset: number, bytes: number): Buffer {
    writeBulkPrefix(this.#buffer, { id, offset, bytes })
    return this.#buffer.subarray(0, BULK_PREFIX_BYTES + bytes)
  }
}

/** Spare buffers of a worker: as many as are used at once, of which a few stay. */
export class ChunkBuffers {
  readonly #mostBytes: number
  readonly #most: number
  readonly #spare: ChunkBuffer[] = []

  constructor(options: { readonly mostBytes: number; readonly spare: number }) {
    this.#mostBytes = options.mostBytes
    this.#most = options.spare
  }

  take(): ChunkBuffer {
    return this.#spare.pop() ?? new ChunkBuffer(this.#mostBytes)
  }

  give(buffer: ChunkBuffer): void {
    if (this.#spare.length < this.#most) this.#spare.push(buffer)
  }
}
