/** An entry that has no chunk yet. */
export const NEW = 0xffff
/** Chunks of one folder; the last one takes whatever more there is. */
export const MOST_CHUNKS = NEW - 1
const FIRST_ROWS = 1_024

/** The chunk of each row of the index. */
export class ChunkColumn {
  #chunks = new Uint16Array(FIRST_ROWS).fill(NEW)

  get(row: number): number {
    return this.#chunks[row] ?? NEW
  }

  set(row: number, chunk: number): void {
    if (row >= this.#chunks.length) {
      const longer = new Uint16Array(Math.max(row + 1, this.#chunks.length * 2)).fill(
        NEW,
        this.#chunks.length,
      )
      longer.set(this.#chunks)
      this.#chunks = longer
    }
    this.#chunks[row] = chunk
  }
}
