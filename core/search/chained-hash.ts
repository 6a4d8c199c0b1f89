import { Growth, grown } from './growing.js'

const FIRST_LENGTH = 1024
/** On average: more save room and splitting, fewer save looks. */
const NUMBERS_A_BUCKET = 2
const NONE = -1

/**
 * A hash table of numbers, each with a chain of those whose hash falls into the same bucket. As numbers
 * come, one bucket after the other is split (linear hashing), so that no moment rebuilds them all.
 */
export class ChainedHash {
  // Numbers are kept one higher: what was never touched is zero, and so is "none".
  #buckets = new Int32Array(FIRST_LENGTH)
  #chain = new Int32Array(FIRST_LENGTH)
  readonly #hashOf: (number: number) => number
  readonly #bucketGrowth: Growth
  readonly #chainGrowth: Growth
  /** Buckets of this round's start, a power of two; those below `split` were split already. */
  #round = 16
  #split = 0
  #count = 0

  constructor(hashOf: (number: number) => number) {
    this.#hashOf = hashOf
    this.#bucketGrowth = new Growth(FIRST_LENGTH, [
      length => {
        this.#buckets = grown(this.#buckets, length)
      },
    ])
    this.#chainGrowth = new Growth(FIRST_LENGTH, [
      length => {
        this.#chain = grown(this.#chain, length)
      },
    ])
  }

  /** The first number whose hash may be this one; -1 for none. */
  first(hash: number): number {
    return (this.#buckets[this.#bucketOf(hash)] ?? 0) - 1
  }

  next(number: number): number {
    return (this.#chain[number] ?? 0) - 1
  }

  add(number: number, hash: number): void {
    this.#chainGrowth.reach(number)
    if (++this.#count > NUMBERS_A_BUCKET * (this.#round + this.#split)) this.#splitOne()
    this.#put(number, this.#bucketOf(hash))
  }

  remove(number: number, hash: number): void {
    this.#count--
    const bucket = this.#bucketOf(hash)
    const next = this.#chain[number] ?? 0
    let at = (this.#buckets[bucket] ?? 0) - 1
    if (at === number) {
      this.#buckets[bucket] = next
      return
    }
    while (at !== NONE && this.next(at) !== number) at = this.next(at)
    this.#chain[at] = next
  }

  #put(number: number, bucket: number): void {
    this.#chain[number] = this.#buckets[bucket] ?? 0
    this.#buckets[bucket] = number + 1
  }

  #splitOne(): void {
    const from = this.#split
    this.#bucketGrowth.reach(from + this.#round)
    let number = (this.#buckets[from] ?? 0) - 1
    this.#buckets[from] = 0
    if (++this.#split === this.#round) {
      this.#round *= 2
      this.#split = 0
    }
    while (number !== NONE) {
      const next = this.next(number)
      this.#put(number, this.#bucketOf(this.#hashOf(number)))
      number = next
    }
  }

  #bucketOf(hash: number): number {
    const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
    const spread = mixed ^ (mixed >>> 13)
    const bucket = spread & (this.#round - 1)
    return bucket < this.#split ? spread & (2 * this.#round - 1) : bucket
  }
}
