const FIRST_BYTES = 1 << 16
const MAX_NAME_BYTES = 255

/** Names as UTF-8 in one buffer. Freed room is used again by a name of the same length. */
export class NamePool {
  #bytes = Buffer.alloc(FIRST_BYTES)
  #end = 0
  readonly #free: number[][] = []

  /** Keeps a name, the first `length` bytes given, at most 255; gives where it lies. */
  add(name: Buffer, length: number): number {
    const reused = this.#free[length]?.pop()
    const at = reused ?? this.#end
    if (reused === undefined) {
      if (this.#end + length > this.#bytes.length) this.#grow()
      this.#end += length
    }
    name.copy(this.#bytes, at, 0, length)
    return at
  }

  release(at: number, length: number): void {
    const list = this.#free[length]
    if (list) list.push(at)
    else this.#free[length] = [at]
  }

  text(at: number, length: number): string {
    return this.#bytes.toString('utf8', at, at + length)
  }

  equals(at: number, name: Buffer, length: number): boolean {
    for (let i = 0; i < length; i++) if (this.#bytes[at + i] !== name[i]) return false
    return true
  }

  #grow(): void {
    const grown = Buffer.alloc(Math.ceil(this.#bytes.length * 1.5) + MAX_NAME_BYTES)
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}
