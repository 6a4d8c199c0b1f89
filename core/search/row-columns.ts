import { Crowds } from './crowds.js'
import { Growth, grown } from './growing.js'
import { LongColumn } from './long-column.js'

const FIRST_LENGTH = 1024
/** 2017: files changed from 2000 to 2034 are near it. ms since 1970. */
const TIMES_MIDDLE = 1_500_000_000_000

/** What every entry has, by its row. */
export class RowColumns {
  parent = new Int32Array(FIRST_LENGTH)
  nameAt = new Uint32Array(FIRST_LENGTH)
  nameBytes = new Uint8Array(FIRST_LENGTH)
  readonly size = new LongColumn(FIRST_LENGTH)
  readonly mtime = new LongColumn(FIRST_LENGTH, TIMES_MIDDLE)
  flags = new Uint8Array(FIRST_LENGTH)
  /** Of a folder, its number among folders; of a file, what it keeps of its root. */
  link = new Int32Array(FIRST_LENGTH)
  readonly crowds = new Crowds(FIRST_LENGTH)
  readonly #growth = new Growth(FIRST_LENGTH, [
    length => {
      this.parent = grown(this.parent, length)
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
    length => this.crowds.grow(length),
  ])

  /** To be called with each new row before it is used. */
  reach(row: number): void {
    this.#growth.reach(row)
  }
}
