import { grown } from './growing.js'

const MOST_SOURCES = 1023
/** Keys are below 2^23, rows are below this: a key and a row make one exact number of 52 bits. */
const ROWS = 2 ** 29

/**
 * A rank as a number: the better, the smaller. The cost of the match, below 16, counts first, then whether someone who has
 * it is online, the sources, and the bytes of the name: of two alike the shorter name is the closer one.
 */
export function rankKey(cost: number, online: boolean, sources: number, nameBytes: number): number {
  const few = MOST_SOURCES - Math.min(sources, MOST_SOURCES)
  return (cost << 19) | ((online ? 0 : 1) << 18) | (few << 8) | Math.min(nameBytes, 255)
}

/** Gathers the best hits, so many at most; of equal ones, those with the lower row are the better. */
export class Ranking {
  readonly #most: number
  readonly #room: number
  /** A key and a row as one number: the better, the smaller. */
  #places = new Float64Array(256)
  #count = 0
  /** What is worse than this is not among the best. */
  #worstKey = Number.POSITIVE_INFINITY
  #worstRow = 0

  constructor(most: number) {
    this.#most = most
    this.#room = 2 * most + 64
  }

  /** Whether a hit can't be among the best. */
  isOut(key: number, row: number): boolean {
    return key > this.#worstKey || (key === this.#worstKey && row > this.#worstRow)
  }

  add(key: number, row: number): void {
    if (this.isOut(key, row)) return
    if (this.#count === this.#room) this.#sift()
    if (this.#count === this.#places.length) this.#places = grown(this.#places, 2 * this.#count)
    this.#places[this.#count++] = key * ROWS + row
  }

  /** Their rows, the best first. */
  get rows(): readonly number[] {
    this.#sift()
    return Array.from(this.#places.subarray(0, this.#count), place => place % ROWS)
  }

  #sift(): void {
    this.#places.subarray(0, this.#count).sort()
    if (this.#count <= this.#most) return
    this.#count = this.#most
    const worst = this.#places[this.#most - 1] ?? 0
    this.#worstKey = Math.floor(worst / ROWS)
    this.#worstRow = worst % ROWS
  }
}
