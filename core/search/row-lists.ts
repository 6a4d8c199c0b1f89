import { BitLists } from './bit-lists.js'
import { Growth, grown } from './growing.js'
import type { RowSet } from './row-set.js'

const FIRST_LENGTH = 2048
const CHUNK_SHIFT = 18
const CHUNK = 1 << CHUNK_SHIFT
/** A list longer than this is kept as bits, where those take less. */
const MOST_LISTED = 8_192
const ROWS_A_BIT_LIST = 64
const LISTED_AGAIN = 2_048
/** Stands for a list kept as bits. */
const BITS = 255
/** Stands for rows that follow one another. */
const RUN = 1
/** Rows a block of each class holds: 0 is an empty list, 1 a run, which takes no block. */
const CAPACITIES = capacities()

const NONE = -1

/**
 * Many lists of rows, each in ascending order without repeats. They lie in blocks that grow by a third to a half; rows that
 * follow one another take no block, as long as no others come, and a list with a good part of all rows is kept as bits.
 */
export class RowLists {
  #counts = new Int32Array(FIRST_LENGTH)
  /** The first row of a run, the place of the block, or the number of the bits. */
  #at = new Int32Array(FIRST_LENGTH)
  #classes = new Uint8Array(FIRST_LENGTH)
  readonly #growth = new Growth(FIRST_LENGTH, [
    length => {
      this.#counts = grown(this.#counts, length)
    },
    length => {
      this.#at = grown(this.#at, length)
    },
    length => {
      this.#classes = grown(this.#classes, length)
    },
  ])
  readonly #chunks: Int32Array[] = []
  readonly #free: number[][] = CAPACITIES.map(() => [])
  #end = 0
  readonly #bits = new BitLists()
  #rows = 0

  /** To be called before a list of this number is used. */
  reach(list: number): void {
    this.#growth.reach(list)
  }

  count(list: number): number {
    return this.#counts[list] ?? 0
  }

  /** Adds a row; nothing where it is in the list already. */
  add(list: number, row: number): void {
    if (row >= this.#rows) this.#rows = row + 1
    const kind = this.#classes[list] ?? 0
    if (kind === BITS) {
      this.#addBit(list, row)
      return
    }
    if (kind === 0) {
      this.#classes[list] = RUN
      this.#counts[list] = 1
      this.#at[list] = row
      return
    }
    if (kind === RUN && this.#addToRun(list, row)) return
    this.#addToBlock(list, row)
  }

  /** Whether the row is, or came, in the run. */
  #addToRun(list: number, row: number): boolean {
    const count = this.count(list)
    const first = this.#at[list] ?? 0
    if (row < first - 1 || row > first + count) return false
    if (row === first - 1) this.#at[list] = row
    if (row === first - 1 || row === first + count) this.#counts[list] = count + 1
    return true
  }

  #addToBlock(list: number, row: number): void {
    const count = this.count(list)
    const kind = this.#classes[list] ?? 0
    const place = this.#placeOf(list, row)
    if (place < count && this.#rowAt(list, place) === row) return
    if (kind === RUN || count === CAPACITIES[kind]) {
      if (this.#isForBits(count)) {
        this.#toBits(list)
        this.#addBit(list, row)
        return
      }
      this.#move(list, classFor(count + 1))
    }
    const from = this.#at[list] ?? 0
    const chunk = this.#chunkOf(from)
    const at = (from & (CHUNK - 1)) + place
    if (place < count) chunk.copyWithin(at + 1, at, at + count - place)
    chunk[at] = row
    this.#counts[list] = count + 1
  }

  /** Removes a row; nothing where it is not in the list. */
  remove(list: number, row: number): void {
    const kind = this.#classes[list] ?? 0
    if (kind === BITS) {
      this.#removeBit(list, row)
      return
    }
    if (kind === RUN && this.#removeFromRun(list, row)) return
    this.#removeFromBlock(list, row)
  }

  /** Whether the row is not, or no more, in the run; false where it is in the midst of it. */
  #removeFromRun(list: number, row: number): boolean {
    const count = this.count(list)
    const first = this.#at[list] ?? 0
    if (row < first || row >= first + count) return true
    if (row !== first && row !== first + count - 1) return false
    if (row === first) this.#at[list] = first + 1
    this.#counts[list] = count - 1
    if (count === 1) this.#classes[list] = 0
    return true
  }

  #removeFromBlock(list: number, row: number): void {
    const count = this.count(list)
    if (this.#classes[list] === RUN) {
      if (count > CHUNK) {
        this.#toBits(list)
        this.#removeBit(list, row)
        return
      }
      this.#move(list, classFor(count))
    }
    const kind = this.#classes[list] ?? 0
    const place = this.#placeOf(list, row)
    if (place === count || this.#rowAt(list, place) !== row) return
    this.#counts[list] = count - 1
    const from = this.#at[list] ?? 0
    if (count === 1) {
      this.#free[kind]?.push(from)
      this.#classes[list] = 0
      return
    }
    const at = (from & (CHUNK - 1)) + place
    this.#chunkOf(from).copyWithin(at, at + 1, at + count - place)
    // Two classes down, so that a row that comes and goes does not move the list each time.
    if (count - 1 <= (CAPACITIES[kind - 2] ?? 0)) this.#move(list, kind - 2)
  }

  /** Adds all rows of a list to a set. */
  addTo(set: RowSet, list: number): void {
    const kind = this.#classes[list] ?? 0
    if (kind === 0) return
    const from = this.#at[list] ?? 0
    if (kind === RUN) set.addRange(from, from + this.count(list) - 1)
    else if (kind === BITS) set.addBits(this.#bits.of(from))
    else {
      const chunk = this.#chunkOf(from)
      const start = from & (CHUNK - 1)
      for (let at = start, end = start + this.count(list); at < end; at++) set.add(chunk[at] ?? 0)
    }
  }

  /** Calls with each row of a list. */
  each(list: number, use: (row: number) => void): void {
    const kind = this.#classes[list] ?? 0
    if (kind === BITS) {
      this.#bits.each(this.#at[list] ?? 0, use)
      return
    }
    for (let place = 0, count = this.count(list); place < count; place++) use(this.#rowAt(list, place))
  }

  /** The highest row of a list; -1 for an empty one. */
  last(list: number): number {
    const count = this.count(list)
    if (count === 0) return NONE
    return this.#classes[list] === BITS ? this.#bits.last(this.#at[list] ?? 0) : this.#rowAt(list, count - 1)
  }

  /** The row of a list that is next below one of its rows; -1 for the lowest. */
  below(list: number, row: number): number {
    if (this.#classes[list] === BITS) return this.#bits.below(this.#at[list] ?? 0, row)
    const place = this.#placeOf(list, row) - 1
    return place < 0 ? NONE : this.#rowAt(list, place)
  }

  #rowAt(list: number, place: number): number {
    const from = this.#at[list] ?? 0
    if (this.#classes[list] === RUN) return from + place
    return this.#chunkOf(from)[(from & (CHUNK - 1)) + place] ?? 0
  }

  /** Where a row is in a list, or belongs. */
  #placeOf(list: number, row: number): number {
    let high = this.count(list)
    if (high === 0 || this.#rowAt(list, high - 1) < row) return high
    let low = 0
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#rowAt(list, middle) < row) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Puts a list in a block of another class. */
  #move(list: number, to: number): void {
    const kind = this.#classes[list] ?? 0
    const count = this.count(list)
    const from = this.#at[list] ?? 0
    if (to === RUN) this.#at[list] = this.#rowAt(list, 0)
    else {
      const place = this.#free[to]?.pop() ?? this.#take(CAPACITIES[to] ?? 0)
      const start = from & (CHUNK - 1)
      const target = this.#chunkOf(place)
      if (kind === RUN) {
        for (let i = 0; i < count; i++) target[(place & (CHUNK - 1)) + i] = from + i
      } else target.set(this.#chunkOf(from).subarray(start, start + count), place & (CHUNK - 1))
      this.#at[list] = place
    }
    if (kind > RUN) this.#free[kind]?.push(from)
    this.#classes[list] = to
  }

  #take(capacity: number): number {
    if (this.#end + capacity > this.#chunks.length * CHUNK) {
      this.#end = this.#chunks.length * CHUNK
      this.#chunks.push(new Int32Array(CHUNK))
    }
    const at = this.#end
    this.#end += capacity
    return at
  }

  #chunkOf(place: number): Int32Array {
    return this.#chunks[place >>> CHUNK_SHIFT] ?? EMPTY
  }

  #isForBits(count: number): boolean {
    return count >= CHUNK || (count >= MOST_LISTED && count * ROWS_A_BIT_LIST > this.#rows)
  }

  #toBits(list: number): void {
    const number = this.#bits.open(this.#rows)
    this.each(list, row => this.#bits.add(number, row))
    const kind = this.#classes[list] ?? 0
    if (kind > RUN) this.#free[kind]?.push(this.#at[list] ?? 0)
    this.#at[list] = number
    this.#classes[list] = BITS
  }

  #addBit(list: number, row: number): void {
    if (this.#bits.add(this.#at[list] ?? 0, row)) this.#counts[list] = this.count(list) + 1
  }

  #removeBit(list: number, row: number): void {
    if (!this.#bits.remove(this.#at[list] ?? 0, row)) return
    const count = this.count(list) - 1
    this.#counts[list] = count
    if (count <= LISTED_AGAIN) this.#toList(list)
  }

  #toList(list: number): void {
    const rows: number[] = []
    this.each(list, row => rows.push(row))
    this.#bits.close(this.#at[list] ?? 0)
    const kind = classFor(rows.length)
    const place = this.#free[kind]?.pop() ?? this.#take(CAPACITIES[kind] ?? 0)
    this.#chunkOf(place).set(rows, place & (CHUNK - 1))
    this.#at[list] = place
    this.#classes[list] = kind
  }
}

const EMPTY = new Int32Array(0)

/** The smallest class of blocks for so many rows. */
function classFor(rows: number): number {
  return CAPACITIES.findIndex((capacity, kind) => kind > RUN && capacity >= rows)
}

function capacities(): readonly number[] {
  const all = [0, 1]
  for (let size = 2; size < CHUNK; size *= 2) all.push(size, size + (size >> 1))
  return [...all, CHUNK]
}
