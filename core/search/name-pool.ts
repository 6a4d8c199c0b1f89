const FIRST_BYTES = 1 << 16
const MAX_NAME_BYTES = 255

/** Names as UTF-8 in one buffer. Freed room is used again by a name of the same length. */
export class NamePool {
  #bytes = Buffer.alloc(FIRST_BYTES)
  #end = 0
  readonly #free: number[][] = []

  /** Keeps a name of 0 to 255 bytes; gives where it lies. */
  add(name: Uint8Array): number {
    const reused = this.#free[name.length]?.pop()
    const at = reused ?? this.#end
    if (reused === undefined) {
      if (this.#end + name.length > this.#bytes.length) this.#grow()
      this.#end += name.length
    }
    this.#bytes.set(name, at)
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

  equals(at: number, length: number, name: Uint8Array): boolean {
    if (name.length !== length) return false
    for (let i = 0; i < length; i++) if (this.#bytes[at + i] !== name[i]) return false
    return true
  }

  #grow(): void {
    const grown = Buffer.alloc(Math.ceil(this.#bytes.length * 1.5) + MAX_NAME_BYTES)
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}
