import { grown } from './growing.js'

const LOW = 2 ** 32
const MOST_HIGH = 127
const LEAST_HIGH = -126
/** Stands for zero, wherever the middle is. */
const ZERO = -127
/** Stands for a number that five bytes do not hold. */
const FAR = -128

/** Whole numbers in five bytes each, if they are less than 500 thousand million from their middle; others are kept aside. */
export class LongColumn {
  readonly #middle: number
  #low: Uint32Array
  #high: Int8Array
  readonly #far = new Map<number, number>()

  constructor(length: number, middle = 0) {
    this.#middle = middle
    this.#low = new Uint32Array(length)
    this.#high = new Int8Array(length)
  }

  get(row: number): number {
    const high = this.#high[row] ?? ZERO
    if (high >= LEAST_HIGH) return this.#middle + high * LOW + (this.#low[row] ?? 0)
    return high === ZERO ? 0 : (this.#far.get(row) ?? 0)
  }

  set(row: number, value: number): void {
    if (this.#high[row] === FAR) this.#far.delete(row)
    const distance = value - this.#middle
    const high = Math.floor(distance / LOW)
    if (value === 0) this.#high[row] = ZERO
    else if (high >= LEAST_HIGH && high <= MOST_HIGH) {
      this.#high[row] = high
      this.#low[row] = distance - high * LOW
    } else {
      this.#high[row] = FAR
      this.#far.set(row, value)
    }
  }

  /** Makes room for rows below this length. */
  grow(length: number): void {
    this.#low = grown(this.#low, length)
    this.#high = grown(this.#high, length)
  }
}
