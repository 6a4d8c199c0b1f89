import { grown } from './growing.js'

/** Each crowd is of rows whose content has at least so many holders. */
const CROWDS = [2, 3, 5, 9, 17, 65]
const NOTHING = new Int32Array(0)

/** Which rows share their content with how many, as bits: few words of bits tell where the rows of many sources are. */
export class Crowds {
  /** The number of the biggest crowd; 0 is that of all who share. */
  static readonly biggest = CROWDS.length - 1
  readonly #bits: Int32Array[]

  constructor(length: number) {
    this.#bits = CROWDS.map(() => new Int32Array((length + 31) >> 5))
  }

  /** Whether rows come into another crowd when they have one holder more, and so have this many. */
  static begins(holders: number): boolean {
    return CROWDS.includes(holders)
  }

  /** No row that is in this crowd, but not in the next, has more holders. */
  static mostHolders(crowd: number): number {
    return (CROWDS[crowd + 1] ?? Number.POSITIVE_INFINITY) - 1
  }

  /** A row has so many holders now. */
  join(row: number, holders: number): void {
    const at = row >>> 5
    for (let crowd = 0; crowd < CROWDS.length && holders >= (CROWDS[crowd] ?? 0); crowd++) {
      const bits = this.#bits[crowd] ?? NOTHING
      bits[at] = (bits[at] ?? 0) | (1 << (row & 31))
    }
  }

  /** A row shares its content no more. */
  leave(row: number): void {
    const at = row >>> 5
    for (const bits of this.#bits) bits[at] = (bits[at] ?? 0) & ~(1 << (row & 31))
  }

  /** A bit for each of 32 rows, from row 32 times `at` on: whether it is in this crowd. */
  in(crowd: number, at: number): number {
    return this.#bits[crowd]?.[at] ?? 0
  }

  /** The same for those that are in this crowd and no bigger one. */
  inOnly(crowd: number, at: number): number {
    return this.in(crowd, at) & ~this.in(crowd + 1, at)
  }

  /** Makes room for rows below this length. */
  grow(length: number): void {
    for (const [crowd, bits] of this.#bits.entries()) this.#bits[crowd] = grown(bits, (length + 31) >> 5)
  }
}
