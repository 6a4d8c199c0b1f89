import { type Root, rootOfBytes } from '../manifest/index.js'
import { ChainedHash } from './chained-hash.js'
import { Crowds } from './crowds.js'
import { Growth, grown } from './growing.js'

const ROOT_BYTES = 32
const FIRST_LENGTH = 1024
const NONE = -1
/** What keeps a root's number beside its holder is below this: the number of a link. */
const LINKS = -2
const MOST = 255

/** What a table of roots tells of rows. */
export interface RootKeepers {
  /** What a row is to keep from now on, where that changes with another row's coming or going. */
  readonly keep: (row: number, hold: number) => void
  /** A row's root has so many holders now; told when that makes a crowd of them. */
  readonly crowd: (row: number, holders: number) => void
}

/**
 * Roots, each held once, and the rows that hold them. Most are held by one row: only for those that are not, links
 * of a ring are made. A row keeps what `hold` gave it, which tells its root and its place in the ring.
 */
export class RootTable {
  #bytes = new Uint8Array(FIRST_LENGTH * ROOT_BYTES)
  /** By root: its only row, or a link of its ring below NONE. */
  #holder = new Int32Array(FIRST_LENGTH)
  readonly #growth = new Growth(FIRST_LENGTH, [
    length => {
      this.#bytes = grown(this.#bytes, length * ROOT_BYTES)
    },
    length => {
      this.#holder = grown(this.#holder, length)
    },
  ])
  readonly #hash = new ChainedHash(number => hashOf(this.#bytes, number * ROOT_BYTES))
  readonly #free: number[] = []
  #end = 0
  // Links of rings: the root, the row, the link before and after.
  #linkRoot = new Int32Array(FIRST_LENGTH)
  #linkRow = new Int32Array(FIRST_LENGTH)
  #before = new Int32Array(FIRST_LENGTH)
  #after = new Int32Array(FIRST_LENGTH)
  /** Of each link: no ring it is in has more links, unless it says MOST. */
  #most = new Uint8Array(FIRST_LENGTH)
  readonly #linkGrowth = new Growth(FIRST_LENGTH, [
    length => {
      this.#linkRoot = grown(this.#linkRoot, length)
    },
    length => {
      this.#linkRow = grown(this.#linkRow, length)
    },
    length => {
      this.#before = grown(this.#before, length)
    },
    length => {
      this.#after = grown(this.#after, length)
    },
    length => {
      this.#most = grown(this.#most, length)
    },
  ])
  readonly #freeLinks: number[] = []
  #linkEnd = 0
  readonly #scratch = Buffer.alloc(ROOT_BYTES)
  readonly #keepers: RootKeepers

  constructor(keepers: RootKeepers) {
    this.#keepers = keepers
  }

  /** One above the highest number given out. */
  get end(): number {
    return this.#end
  }

  /** Notes that a row holds a root; `keep` tells what the row must keep. */
  hold(root: Root, row: number): void {
    const number = this.find(root)
    if (number === NONE) this.#keepers.keep(row, this.#insert(row))
    else this.#join(number, row)
  }

  /** Gives up what a row keeps. */
  release(hold: number): void {
    if (hold >= 0) this.#remove(hold)
    else this.#leave(LINKS - hold)
  }

  /** The number of a root that something holds; -1 for others. */
  find(root: Root): number {
    this.#scratch.write(root, 'hex')
    let number = this.#hash.first(hashOf(this.#scratch, 0))
    while (number !== NONE && !this.#isScratch(number)) number = this.#hash.next(number)
    return number
  }

  /** The number of the root that a row keeps. */
  number(hold: number): number {
    return hold >= 0 ? hold : (this.#linkRoot[LINKS - hold] ?? NONE)
  }

  /** A row that holds a root. */
  holder(number: number): number {
    const holder = this.#holder[number] ?? NONE
    return holder >= 0 ? holder : (this.#linkRow[LINKS - holder] ?? NONE)
  }

  /** No more rows than this hold the root that a row keeps, who has a link; over 254, any number may. */
  mostHolders(hold: number): number {
    const most = this.#most[LINKS - hold] ?? MOST
    return most === MOST ? Number.POSITIVE_INFINITY : most
  }

  /** Whether this row's link is the first of its ring. */
  isFirst(hold: number): boolean {
    return this.#holder[this.number(hold)] === hold
  }

  /** Calls with all rows that hold a root. */
  eachHolder(number: number, use: (row: number) => void): void {
    const holder = this.#holder[number] ?? NONE
    if (holder >= 0) {
      use(holder)
      return
    }
    const first = LINKS - holder
    let link = first
    do {
      use(this.#linkRow[link] ?? NONE)
      link = this.#after[link] ?? first
    } while (link !== first)
  }

  text(number: number): Root {
    return rootOfBytes(this.#bytes.subarray(number * ROOT_BYTES, (number + 1) * ROOT_BYTES))
  }

  /** Puts the scratch bytes in under a number of their own. */
  #insert(row: number): number {
    const number = this.#free.pop() ?? this.#end++
    this.#growth.reach(number)
    this.#bytes.set(this.#scratch, number * ROOT_BYTES)
    this.#holder[number] = row
    this.#hash.add(number, hashOf(this.#scratch, 0))
    return number
  }

  #remove(number: number): void {
    this.#hash.remove(number, hashOf(this.#bytes, number * ROOT_BYTES))
    this.#free.push(number)
  }

  #join(number: number, row: number): void {
    const holder = this.#holder[number] ?? NONE
    let next: number
    if (holder >= 0) {
      next = this.#addLink(number, holder)
      this.#before[next] = next
      this.#after[next] = next
      this.#most[next] = 1
      this.#keepers.keep(holder, LINKS - next)
    } else next = LINKS - holder
    const link = this.#addLink(number, row)
    const before = this.#before[next] ?? next
    this.#before[link] = before
    this.#after[link] = next
    this.#after[before] = link
    this.#before[next] = link
    this.#noteJoin(link, (this.#most[next] ?? 0) + 1)
    this.#holder[number] = LINKS - link
    this.#keepers.keep(row, LINKS - link)
  }

  /** Tells all links of a ring how many they are, as long as they are few. */
  #noteJoin(link: number, most: number): void {
    this.#most[link] = MOST
    this.#keepers.crowd(this.#linkRow[link] ?? NONE, most)
    if (most > MOST) return
    const begins = Crowds.begins(most)
    let at = link
    do {
      this.#most[at] = most
      if (begins) this.#keepers.crowd(this.#linkRow[at] ?? NONE, most)
      at = this.#after[at] ?? link
    } while (at !== link)
  }

  #leave(link: number): void {
    const number = this.#linkRoot[link] ?? NONE
    const before = this.#before[link] ?? link
    const after = this.#after[link] ?? link
    this.#after[before] = after
    this.#before[after] = before
    this.#freeLinks.push(link)
    if (before !== after) {
      this.#holder[number] = LINKS - after
      return
    }
    // The last of a ring needs none.
    const row = this.#linkRow[after] ?? NONE
    this.#freeLinks.push(after)
    this.#holder[number] = row
    this.#keepers.keep(row, number)
  }

  #addLink(number: number, row: number): number {
    const link = this.#freeLinks.pop() ?? this.#linkEnd++
    this.#linkGrowth.reach(link)
    this.#linkRoot[link] = number
    this.#linkRow[link] = row
    return link
  }

  #isScratch(number: number): boolean {
    const at = number * ROOT_BYTES
    for (let i = 0; i < ROOT_BYTES; i++) if (this.#bytes[at + i] !== this.#scratch[i]) return false
    return true
  }
}

/** Roots are hashes: their first bytes spread evenly, unless someone makes them up, who then only slows himself. */
function hashOf(bytes: Uint8Array, at: number): number {
  const a = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
  const b = (bytes[at + 3] ?? 0) | ((bytes[at + 13] ?? 0) << 8) | ((bytes[at + 29] ?? 0) << 16)
  return a ^ Math.imul(b, 0x9e3779b1)
}
