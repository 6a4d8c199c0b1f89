import { Growth, grown } from './growing.js'
import { LongColumn } from './long-column.js'

const FIRST_LENGTH = 1024

/** What every entry has, by its row. */
export class RowColumns {
  parent = new Int32Array(FIRST_LENGTH)
  next = new Int32Array(FIRST_LENGTH)
  previous = new Int32Array(FIRST_LENGTH)
  nameAt = new Uint32Array(FIRST_LENGTH)
  nameBytes = new Uint8Array(FIRST_LENGTH)
  readonly size = new LongColumn(FIRST_LENGTH)
  readonly mtime = new LongColumn(FIRST_LENGTH)
  flags = new Uint16Array(FIRST_LENGTH)
  /** Of a folder, its number among folders; of a file, what it keeps of its root. */
  link = new Int32Array(FIRST_LENGTH)
  /** A bit for each row whose root others have, too. */
  shared = new Int32Array(FIRST_LENGTH >> 5)
  readonly #growth = new Growth(FIRST_LENGTH, [
    length => {
      this.parent = grown(this.parent, length)
    },
    length => {
      this.next = grown(this.next, length)
    },
    length => {
      this.previous = grown(this.previous, length)
    },
    length => {
      this.nameAt = grown(this.nameAt, length)
    },
    length => {
      this.nameBytes = grown(this.nameBytes, length)
    },
    length => this.size.grow(length),
    length => this.mtime.grow(length),
    length => {
      this.flags = grown(this.flags, length)
    },
    length => {
      this.link = grown(this.link, length)
    },
    length => {
      this.shared = grown(this.shared, (length + 31) >> 5)
    },
  ])

  /** To be called with each new row before it is used. */
  reach(row: number): void {
    this.#growth.reach(row)
  }

  setShared(row: number, isShared: boolean): void {
    const at = row >>> 5
    const bit = 1 << (row & 31)
    const bits = this.shared[at] ?? 0
    this.shared[at] = isShared ? bits | bit : bits & ~bit
  }
}
