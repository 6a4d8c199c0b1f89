import { hashOf } from './name-pool.js'

const MAX_NAME_BYTES = 255

/** A name as bytes; the last one is kept, as it is mostly asked for again. */
export class EncodedName {
  readonly bytes = Buffer.alloc(1024)
  readonly #seed: number
  #name: string | undefined
  #length = 0
  #hash = 0

  /** The seed makes the hashes of names unknown to those who choose the names. */
  constructor(seed: number) {
    this.#seed = seed
  }

  get length(): number {
    return this.#length
  }

  get hash(): number {
    return this.#hash
  }

  /** Takes a name; false for one over 255 bytes. */
  take(name: string): boolean {
    if (name === this.#name) return true
    if (name.length > MAX_NAME_BYTES) return false
    const length = this.bytes.write(name)
    this.#name = undefined
    if (length > MAX_NAME_BYTES) return false
    this.#name = name
    this.#length = length
    this.#hash = hashOf(this.bytes, 0, length, this.#seed)
    return true
  }
}
