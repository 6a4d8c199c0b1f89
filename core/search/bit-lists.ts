import { grown, grownLength } from './growing.js'

const NONE = -1
const EMPTY = new Int32Array(0)

/** Long lists of rows, each as a bit for every row there is. */
export class BitLists {
  readonly #bits: Int32Array[] = []
  /** Of each list: no row is above this one. */
  readonly #tops: number[] = []
  readonly #free: number[] = []

  /** A number for an empty list of rows below `end`. */
  open(end: number): number {
    const number = this.#free.pop() ?? this.#bits.length
    this.#bits[number] = new Int32Array(grownLength(end >>> 5))
    this.#tops[number] = 0
    return number
  }

  /** The number is free again. */
  close(number: number): void {
    this.#bits[number] = EMPTY
    this.#free.push(number)
  }

  of(number: number): Int32Array {
    return this.#bits[number] ?? EMPTY
  }

  /** Whether the row is new in the list. */
  add(number: number, row: number): boolean {
    let bits = this.of(number)
    const at = row >>> 5
    if (at >= bits.length) {
      bits = grown(bits, grownLength(at))
      this.#bits[number] = bits
    }
    const mask = 1 << (row & 31)
    const word = bits[at] ?? 0
    if ((word & mask) !== 0) return false
    bits[at] = word | mask
    this.#tops[number] = Math.max(row, this.#tops[number] ?? 0)
    return true
  }

  /** Whether the row was in the list. */
  remove(number: number, row: number): boolean {
    const bits = this.of(number)
    const at = row >>> 5
    const mask = 1 << (row & 31)
    const word = bits[at] ?? 0
    if ((word & mask) === 0) return false
    bits[at] = word & ~mask
    return true
  }

  /** Calls with each row of a list. */
  each(number: number, use: (row: number) => void): void {
    const bits = this.of(number)
    for (let i = 0; i < bits.length; i++) {
      for (let word = bits[i] ?? 0; word !== 0; word &= word - 1)
        use((i << 5) | (31 - Math.clz32(word & -word)))
    }
  }

  /** The highest row; -1 for an empty list. */
  last(number: number): number {
    const last = this.below(number, (this.#tops[number] ?? 0) + 1)
    this.#tops[number] = Math.max(last, 0)
    return last
  }

  /** The highest row below this one; -1 where there is none. */
  below(number: number, row: number): number {
    if (row <= 0) return NONE
    const bits = this.of(number)
    let at = (row - 1) >>> 5
    let word = (bits[at] ?? 0) & (-1 >>> (31 - ((row - 1) & 31)))
    while (word === 0 && at > 0) word = bits[--at] ?? 0
    return word === 0 ? NONE : (at << 5) | (31 - Math.clz32(word))
  }
}
