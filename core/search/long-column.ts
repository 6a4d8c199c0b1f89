import { grown } from './growing.js'

const LOW = 2 ** 32
/** Stands for a number that 48 bits do not hold. */
const BIG = -32_768

/** Whole numbers in six bytes each; the few that are longer are kept aside. */
export class LongColumn {
  #low: Uint32Array
  #high: Int16Array
  readonly #big = new Map<number, number>()

  constructor(length: number) {
    this.#low = new Uint32Array(length)
    this.#high = new Int16Array(length)
  }

  get(row: number): number {
    const high = this.#high[row] ?? 0
    return high === BIG ? (this.#big.get(row) ?? 0) : high * LOW + (this.#low[row] ?? 0)
  }

  set(row: number, value: number): void {
    const high = Math.floor(value / LOW)
    if (this.#high[row] === BIG) this.#big.delete(row)
    if (high > BIG && high <= 32_767) {
      this.#high[row] = high
      this.#low[row] = value - high * LOW
      return
    }
    this.#high[row] = BIG
    this.#big.set(row, value)
  }

  /** Makes room for rows below this length. */
  grow(length: number): void {
    this.#low = grown(this.#low, length)
    this.#high = grown(this.#high, length)
  }
}
