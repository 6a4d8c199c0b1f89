import { Growth, grown } from './growing.js'
import { RowLists } from './row-lists.js'

const FIRST_LENGTH = 256

/** What only folders have, by the number of a folder. */
export class FolderTable {
  /** The rows directly in it. */
  readonly children = new RowLists()
  /** Files below it that count. */
  files = new Uint32Array(FIRST_LENGTH)
  /** Entries below it. */
  below = new Uint32Array(FIRST_LENGTH)
  /** No entry below it has a row outside `low` to `high`. */
  low = new Int32Array(FIRST_LENGTH)
  high = new Int32Array(FIRST_LENGTH)
  owner = new Int32Array(FIRST_LENGTH)
  readonly #growth = new Growth(FIRST_LENGTH, [
    length => {
      this.files = grown(this.files, length)
    },
    length => {
      this.below = grown(this.below, length)
    },
    length => {
      this.low = grown(this.low, length)
    },
    length => {
      this.high = grown(this.high, length)
    },
    length => {
      this.owner = grown(this.owner, length)
    },
  ])
  readonly #free: number[] = []
  #end = 0

  /** A number for an empty folder. */
  add(owner: number): number {
    const folder = this.#free.pop() ?? this.#end++
    this.#growth.reach(folder)
    this.children.reach(folder)
    this.files[folder] = 0
    this.owner[folder] = owner
    this.#empty(folder)
    return folder
  }

  remove(folder: number): void {
    this.#free.push(folder)
  }

  /** An entry came somewhere below it. */
  enter(folder: number, row: number): void {
    this.below[folder] = (this.below[folder] ?? 0) + 1
    if (row < (this.low[folder] ?? 0)) this.low[folder] = row
    if (row > (this.high[folder] ?? 0)) this.high[folder] = row
  }

  leave(folder: number): void {
    const below = (this.below[folder] ?? 0) - 1
    this.below[folder] = below
    if (below === 0) this.#empty(folder)
  }

  /** Whether the rows from `low` to `high` are all below it. */
  isWhole(folder: number): boolean {
    return (this.high[folder] ?? 0) - (this.low[folder] ?? 0) + 1 === this.below[folder]
  }

  #empty(folder: number): void {
    this.below[folder] = 0
    this.low[folder] = 0x7fffffff
    this.high[folder] = -1
  }
}
