import { type Root, rootOfBytes } from '../manifest/index.js'
import { grownInt32, grownLength, grownUint8 } from './growing.js'

const ROOT_BYTES = 32
const NONE = -1

/** Numbers for roots, each held once with the count of its holders; a number is free again at zero. */
export class RootTable {
  #bytes = new Uint8Array(64 * ROOT_BYTES)
  #chain = new Int32Array(64)
  #holders = new Int32Array(64)
  #buckets = new Int32Array(128).fill(NONE)
  readonly #free: number[] = []
  readonly #scratch = Buffer.alloc(ROOT_BYTES)
  #end = 0

  /** One above the highest number given out. */
  get end(): number {
    return this.#end
  }

  /** The number of a root, counted as held once more. */
  hold(root: Root): number {
    const found = this.find(root)
    const number = found ?? this.#insert()
    this.#holders[number] = (this.#holders[number] ?? 0) + 1
    return number
  }

  /** Gives up one hold. */
  release(number: number): void {
    const holders = (this.#holders[number] ?? 0) - 1
    this.#holders[number] = holders
    if (holders === 0) this.#remove(number)
  }

  /** The number of a root that something holds. */
  find(root: Root): number | undefined {
    this.#scratch.write(root, 'hex')
    let number = this.#buckets[this.#bucketOf(this.#scratch, 0)] ?? NONE
    while (number !== NONE && !this.#isScratch(number)) number = this.#chain[number] ?? NONE
    return number === NONE ? undefined : number
  }

  /** How often a root is held. */
  holders(number: number): number {
    return this.#holders[number] ?? 0
  }

  text(number: number): Root {
    return rootOfBytes(this.#bytes.subarray(number * ROOT_BYTES, (number + 1) * ROOT_BYTES))
  }

  /** Puts the scratch bytes in under a number of their own. */
  #insert(): number {
    const number = this.#free.pop() ?? this.#end++
    if (number >= this.#holders.length) this.#grow()
    this.#bytes.set(this.#scratch, number * ROOT_BYTES)
    this.#holders[number] = 0
    this.#link(number)
    return number
  }

  #remove(number: number): void {
    const bucket = this.#bucketOf(this.#bytes, number * ROOT_BYTES)
    const next = this.#chain[number] ?? NONE
    let at = this.#buckets[bucket] ?? NONE
    if (at === number) this.#buckets[bucket] = next
    else {
      while (this.#chain[at] !== number) at = this.#chain[at] ?? NONE
      this.#chain[at] = next
    }
    this.#free.push(number)
  }

  #link(number: number): void {
    const bucket = this.#bucketOf(this.#bytes, number * ROOT_BYTES)
    this.#chain[number] = this.#buckets[bucket] ?? NONE
    this.#buckets[bucket] = number
  }

  #grow(): void {
    const length = grownLength(this.#holders.length)
    this.#bytes = grownUint8(this.#bytes, length * ROOT_BYTES)
    this.#chain = grownInt32(this.#chain, length)
    this.#holders = grownInt32(this.#holders, length)
    if (length <= this.#buckets.length) return
    this.#buckets = new Int32Array(this.#buckets.length * 2).fill(NONE)
    for (let number = 0; number < this.#end; number++)
      if ((this.#holders[number] ?? 0) > 0) this.#link(number)
  }

  /** Roots are hashes: their first bytes spread evenly, unless someone makes them up, who then only slows himself. */
  #bucketOf(bytes: Uint8Array, at: number): number {
    const a = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
    const b = (bytes[at + 3] ?? 0) | ((bytes[at + 13] ?? 0) << 8) | ((bytes[at + 29] ?? 0) << 16)
    return ((a ^ Math.imul(b, 0x9e3779b1)) >>> 0) & (this.#buckets.length - 1)
  }

  #isScratch(number: number): boolean {
    const at = number * ROOT_BYTES
    for (let i = 0; i < ROOT_BYTES; i++) if (this.#bytes[at + i] !== this.#scratch[i]) return false
    return true
  }
}
