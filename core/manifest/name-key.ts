const FIRST_BYTES = 256
/** UTF-8 bytes that a UTF-16 code unit takes at most. */
const BYTES_A_UNIT = 3
/** Of this process only: whoever makes up names can't know which of them meet. */
const SEED = Math.floor(Math.random() * 2 ** 32)

/** A name as the bytes it is kept in, to be looked for or added. One object can be filled again and again. */
export class NameKey {
  /** Only the first `length` of them. */
  bytes = new Uint8Array(FIRST_BYTES)
  length = 0

  of(name: string): this {
    this.#makeRoom(BYTES_A_UNIT * name.length)
    const { bytes } = this
    for (let i = 0; i < name.length; i++) {
      const unit = name.charCodeAt(i)
      if (unit > 0x7f) return this.#ofText(name)
      bytes[i] = unit
    }
    this.length = name.length
    return this
  }

  ofBytes(source: Uint8Array, from: number, length: number): this {
    this.#makeRoom(length)
    const { bytes } = this
    for (let i = 0; i < length; i++) bytes[i] = source[from + i] ?? 0
    this.length = length
    return this
  }

  /** A number for this name in the folder at this slot. */
  hashIn(parent: number): number {
    const { bytes, length } = this
    let hash = SEED ^ Math.imul(parent, 0x9e37_79b1)
    for (let i = 0; i < length; i++) {
      hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x85eb_ca6b)
      hash ^= hash >>> 15
    }
    hash = Math.imul(hash, 0xc2b2_ae35)
    return hash ^ (hash >>> 16)
  }

  #ofText(name: string): this {
    this.length = Buffer.from(this.bytes.buffer).write(name)
    return this
  }

  #makeRoom(length: number): void {
    if (length > this.bytes.length) this.bytes = new Uint8Array(2 * length)
  }
}
