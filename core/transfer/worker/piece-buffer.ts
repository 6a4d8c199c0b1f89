import { LEAF_BYTES, PieceHasher } from '../../content/index.js'

/**
 * Where a connection gathers the piece, or the small file, that is coming: one buffer for its whole life. Each
 * leaf is hashed as soon as it is whole, while it is still in the processor's cache.
 */
export class PieceBuffer {
  #buffer = Buffer.alloc(0)
  #hasher = new PieceHasher(0)
  #wanted = 0
  #fill = 0
  #hashed = 0

  /** Bytes gathered so far. */
  get length(): number {
    return this.#fill
  }

  /** What is gathered; valid until `begin`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#fill)
  }

  /** Starts anew, for this many bytes. */
  begin(bytes: number): void {
    if (this.#buffer.length < bytes) {
      this.#buffer = Buffer.allocUnsafeSlow(bytes)
      this.#hasher = new PieceHasher(bytes)
    }
    this.clear()
    this.#wanted = bytes
  }

  /** Takes what is wanted of `source` from `from` on; gives how much that was. */
  add(source: Buffer, from: number): number {
    const taken = Math.min(source.length - from, this.#wanted - this.#fill)
    source.copy(this.#buffer, this.#fill, from, from + taken)
    this.#fill += taken
    const whole = this.#fill === this.#wanted ? this.#fill : this.#fill - (this.#fill % LEAF_BYTES)
    if (whole > this.#hashed) {
      this.#hasher.update(this.#buffer.subarray(this.#hashed, whole))
      this.#hashed = whole
    }
    return taken
  }

  /** The hash of what is gathered, once it is all there: padded to so many bytes, or as a small file's root. */
  digest(paddedBytes?: number): Buffer {
    return this.#hasher.digest(paddedBytes)
  }

  /** Forgets what is gathered. */
  clear(): void {
    this.#hasher.reset()
    this.#fill = 0
    this.#hashed = 0
  }
}
