import type { NameKey } from './name-key.js'

/** Any name fits into one: it has at most 65,535 bytes. */
const CHUNK_BITS = 17
const CHUNK_BYTES = 2 ** CHUNK_BITS
const HEAD_BYTES = 2
const NONE = 0xffff_ffff
const FIRST_CAPACITY = 256

/**
 * The names of entries by slot, as UTF-8 in few large pieces of memory: a million strings would take three times as
 * much, and the collector of garbage would look at each.
 */
export class NameTable {
  #chunks: Buffer[] = []
  #at = new Uint32Array(FIRST_CAPACITY).fill(NONE)
  /** Where the next one goes, if it fits into its chunk. */
  #end = 0
  #usedBytes = 0

  reserve(entries: number): void {
    if (entries <= this.#at.length) return
    const at = new Uint32Array(entries).fill(NONE, this.#at.length)
    at.set(this.#at)
    this.#at = at
  }

  /** Names a slot that has no name yet. */
  set(slot: number, key: NameKey): void {
    if (slot >= this.#at.length) this.reserve(2 * this.#at.length)
    const { bytes, length } = key
    const at = this.#room(HEAD_BYTES + length)
    const chunk = this.#chunkOf(at)
    const from = at % CHUNK_BYTES
    chunk[from] = length & 0xff
    chunk[from + 1] = length >>> 8
    for (let i = 0; i < length; i++) chunk[from + HEAD_BYTES + i] = bytes[i] ?? 0
    this.#at[slot] = at
    this.#usedBytes += HEAD_BYTES + length
  }

  /** Its room is won back when half of all is unused. */
  remove(slot: number): void {
    const at = this.#at[slot] ?? NONE
    if (at === NONE) return
    this.#usedBytes -= HEAD_BYTES + this.#lengthAt(at)
    this.#at[slot] = NONE
    if (this.#end > 2 * this.#usedBytes + 2 * CHUNK_BYTES) this.#pack()
  }

  get(slot: number): string {
    const at = this.#at[slot] ?? NONE
    if (at === NONE) return ''
    const from = (at % CHUNK_BYTES) + HEAD_BYTES
    return this.#chunkOf(at).toString('utf8', from, from + this.#lengthAt(at))
  }

  is(slot: number, { bytes, length }: NameKey): boolean {
    const at = this.#at[slot] ?? NONE
    if (at === NONE || this.#lengthAt(at) !== length) return false
    const chunk = this.#chunkOf(at)
    const from = (at % CHUNK_BYTES) + HEAD_BYTES
    for (let i = 0; i < length; i++) if (chunk[from + i] !== bytes[i]) return false
    return true
  }

  #lengthAt(at: number): number {
    const chunk = this.#chunkOf(at)
    const from = at % CHUNK_BYTES
    return (chunk[from] ?? 0) | ((chunk[from + 1] ?? 0) << 8)
  }

  #chunkOf(at: number): Buffer {
    return this.#chunks[at >>> CHUNK_BITS] as Buffer
  }

  /** Where so many bytes can be written. */
  #room(bytes: number): number {
    if ((this.#end % CHUNK_BYTES) + bytes > CHUNK_BYTES || this.#end % CHUNK_BYTES === 0) {
      this.#end = this.#chunks.length * CHUNK_BYTES
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES))
    }
    const at = this.#end
    this.#end += bytes
    return at
  }

  #pack(): void {
    const old = this.#chunks
    this.#chunks = []
    this.#end = 0
    for (let slot = 0; slot < this.#at.length; slot++) {
      const at = this.#at[slot] ?? NONE
      if (at === NONE) continue
      const chunk = old[at >>> CHUNK_BITS]
      const from = at % CHUNK_BYTES
      const bytes = HEAD_BYTES + ((chunk?.[from] ?? 0) | ((chunk?.[from + 1] ?? 0) << 8))
      const to = this.#room(bytes)
      chunk?.copy(this.#chunkOf(to), to % CHUNK_BYTES, from, from + bytes)
      this.#at[slot] = to
    }
  }
}
