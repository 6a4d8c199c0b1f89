type Grown<T> = T extends Int32Array
  ? Int32Array<ArrayBuffer>
  : T extends Uint32Array
    ? Uint32Array<ArrayBuffer>
    : T extends Int8Array
      ? Int8Array<ArrayBuffer>
      : T extends Uint16Array
        ? Uint16Array<ArrayBuffer>
        : T extends Uint8Array
          ? Uint8Array<ArrayBuffer>
          : Float64Array<ArrayBuffer>

type Column = Int32Array | Uint32Array | Int8Array | Uint16Array | Uint8Array | Float64Array

/** From this part of the room on, room for more is made. */
const AHEAD = 0.8

/** The length a full typed array grows to: half more, so that little is left unused. */
export function grownLength(length: number): number {
  return Math.ceil(length * 1.5) + 64
}

/** A longer array that begins with what this one holds; the rest is zero, and takes no memory until it is used. */
export function grown<T extends Column>(array: T, length: number): Grown<T> {
  const longer = new (array.constructor as new (length: number) => Grown<T>)(length)
  longer.set(array as never)
  return longer
}

/** Makes room in columns of one length, one column at a time and before it is needed: to grow all at once is a pause. */
export class Growth {
  readonly #growers: readonly ((length: number) => void)[]
  #length: number
  #next: number
  /** Columns that have the next length. */
  #done = 0
  /** The row at which the next column grows. */
  #at: number

  constructor(length: number, growers: readonly ((length: number) => void)[]) {
    this.#growers = growers
    this.#length = length
    this.#next = grownLength(length)
    this.#at = Math.floor(length * AHEAD)
  }

  /** To be called with each new row before it is used. */
  reach(row: number): void {
    while (row >= this.#at) this.#growOne()
  }

  #growOne(): void {
    this.#growers[this.#done++]?.(this.#next)
    const part = (1 - AHEAD) * (this.#done / this.#growers.length)
    this.#at = Math.floor(this.#length * (AHEAD + part))
    if (this.#done < this.#growers.length) return
    this.#length = this.#next
    this.#next = grownLength(this.#length)
    this.#done = 0
    this.#at = Math.floor(this.#length * AHEAD)
  }
}
