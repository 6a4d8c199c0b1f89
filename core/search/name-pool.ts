const CHUNK_SHIFT = 18
const CHUNK_BYTES = 1 << CHUNK_SHIFT

/** Names as UTF-8 in chunks of 256 KiB. Freed room is used again by a name of the same length. */
export class NamePool {
  readonly #chunks: Buffer[] = []
  #end = 0
  readonly #free: number[][] = []

  /** Keeps a name, the first `length` bytes given, at most 255; gives where it lies. */
  add(name: Buffer, length: number): number {
    const at = this.#free[length]?.pop() ?? this.#take(length)
    name.copy(this.#chunk(at), at & (CHUNK_BYTES - 1), 0, length)
    return at
  }

  release(at: number, length: number): void {
    const list = this.#free[length]
    if (list) list.push(at)
    else this.#free[length] = [at]
  }

  text(at: number, length: number): string {
    const from = at & (CHUNK_BYTES - 1)
    return this.#chunk(at).toString('utf8', from, from + length)
  }

  /** Puts a name into other bytes. */
  copy(at: number, length: number, to: Buffer, place: number): void {
    const chunk = this.#chunk(at)
    const from = at & (CHUNK_BYTES - 1)
    for (let i = 0; i < length; i++) to[place + i] = chunk[from + i] ?? 0
  }

  equals(at: number, name: Buffer, length: number): boolean {
    const chunk = this.#chunk(at)
    const from = at & (CHUNK_BYTES - 1)
    for (let i = 0; i < length; i++) if (chunk[from + i] !== name[i]) return false
    return true
  }

  /** FNV-1a from a seed on. */
  hash(at: number, length: number, seed: number): number {
    return hashOf(this.#chunk(at), at & (CHUNK_BYTES - 1), length, seed)
  }

  /** A name lies in one chunk whole. */
  #take(length: number): number {
    const chunks = this.#chunks.length
    if (this.#end + length > chunks * CHUNK_BYTES) {
      this.#end = chunks * CHUNK_BYTES
      this.#chunks.push(Buffer.alloc(CHUNK_BYTES))
    }
    const at = this.#end
    this.#end += length
    return at
  }

  #chunk(at: number): Buffer {
    return this.#chunks[at >>> CHUNK_SHIFT] ?? EMPTY
  }
}

const EMPTY = Buffer.alloc(0)

/** FNV-1a of some bytes, from a seed on. */
export function hashOf(bytes: Uint8Array, from: number, length: number, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let i = from; i < from + length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return hash | 0
}
