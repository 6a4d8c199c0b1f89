/** What decides the place of a hit, in this order. */
export interface Rank {
  /** Of the match, below 16. */
  readonly cost: number
  readonly online: boolean
  readonly sources: number
  /** Bytes: of two alike the shorter name is the closer one. */
  readonly nameBytes: number
}

const MOST_SOURCES = 1023
/** Keys are below this. */
const KEYS = 1 << 23
const COARSE_SHIFT = 8
/** Rows are below this: a key and a row make one exact number of 52 bits. */
const ROWS = 2 ** 29

/** A rank as a number: the better, the smaller. */
export function rankKey({ cost, online, sources, nameBytes }: Rank): number {
  const few = MOST_SOURCES - Math.min(sources, MOST_SOURCES)
  return (cost << 19) | ((online ? 0 : 1) << 18) | (few << 8) | Math.min(nameBytes, 255)
}

/** Gathers hits and gives the best of them in order; of equal ones, the one with the lower row first. */
export class Ranking {
  readonly #keys: Int32Array
  readonly #rows: Int32Array
  #count = 0

  /** For this many hits at most. */
  constructor(most: number) {
    this.#keys = new Int32Array(most)
    this.#rows = new Int32Array(most)
  }

  get count(): number {
    return this.#count
  }

  add(key: number, row: number): void {
    this.#keys[this.#count] = key
    this.#rows[this.#count++] = row
  }

  /** The rows of the places `from` to `to - 1`. Sorts no more than it must: the key of the last place is counted out. */
  page(from: number, to: number): readonly number[] {
    if (from >= this.#count) return []
    const last = this.#keyAt(Math.min(to, this.#count) - 1)
    const best = new Float64Array(this.#count)
    let taken = 0
    for (let i = 0; i < this.#count; i++) {
      const key = this.#keys[i] ?? 0
      if (key <= last) best[taken++] = key * ROWS + (this.#rows[i] ?? 0)
    }
    return Array.from(best.subarray(0, taken).sort().subarray(from, to), value => value % ROWS)
  }

  /** The key of a place, by counting keys: first by their upper bits, then by the lower ones. */
  #keyAt(place: number): number {
    const coarse = new Uint32Array(KEYS >> COARSE_SHIFT)
    for (let i = 0; i < this.#count; i++) {
      const upper = (this.#keys[i] ?? 0) >> COARSE_SHIFT
      coarse[upper] = (coarse[upper] ?? 0) + 1
    }
    let left = place
    let upper = 0
    for (; left >= (coarse[upper] ?? 0); upper++) left -= coarse[upper] ?? 0
    const fine = new Uint32Array(1 << COARSE_SHIFT)
    for (let i = 0; i < this.#count; i++) {
      const key = this.#keys[i] ?? 0
      if (key >> COARSE_SHIFT === upper) fine[key & 255] = (fine[key & 255] ?? 0) + 1
    }
    let lower = 0
    for (; left >= (fine[lower] ?? 0); lower++) left -= fine[lower] ?? 0
    return (upper << COARSE_SHIFT) | lower
  }
}
