import type { EntryColumns } from './columns.js'
import type { Root } from './root.js'

const FIRST_BUCKETS = 256
const NONE = -1

/** Finds entries by root: a hash table whose chains are linked both ways, so that twins cost nothing. */
export class RootIndex {
  readonly #columns: EntryColumns
  #heads = new Int32Array(FIRST_BUCKETS).fill(NONE)
  #next = new Int32Array(FIRST_BUCKETS)
  #previous = new Int32Array(FIRST_BUCKETS)
  #count = 0

  constructor(columns: EntryColumns) {
    this.#columns = columns
  }

  /** Makes room for so many entries. */
  reserve(entries: number): void {
    while (this.#heads.length < entries) this.#growHeads()
    if (this.#next.length < entries) this.#growLinks(entries)
  }

  /** Takes in an entry that has just got its root; one without a root is ignored. */
  add(slot: number): void {
    const word = this.#columns.rootWord(slot)
    if (word === undefined) return
    if (slot >= this.#next.length) this.#growLinks(Math.max(slot + 1, 2 * this.#next.length))
    if (this.#count >= this.#heads.length) this.#growHeads()
    this.#link(slot, word)
    this.#count += 1
  }

  /** To be called while the entry still has its root. */
  remove(slot: number): void {
    const word = this.#columns.rootWord(slot)
    if (word === undefined) return
    const next = this.#next[slot] ?? NONE
    const previous = this.#previous[slot] ?? NONE
    if (next !== NONE) this.#previous[next] = previous
    if (previous !== NONE) this.#next[previous] = next
    else this.#heads[this.#bucket(word)] = next
    this.#count -= 1
  }

  /** The slots of all entries with this root. */
  *find(root: Root): Generator<number> {
    const word = Number.parseInt(root.slice(0, 8), 16)
    for (let slot = this.#heads[this.#bucket(word)] ?? NONE; slot !== NONE; slot = this.#next[slot] ?? NONE) {
      if (this.#columns.rootWord(slot) === word && this.#columns.root(slot) === root) yield slot
    }
  }

  #bucket(word: number): number {
    return word & (this.#heads.length - 1)
  }

  #link(slot: number, word: number): void {
    const bucket = this.#bucket(word)
    const first = this.#heads[bucket] ?? NONE
    if (first !== NONE) this.#previous[first] = slot
    this.#next[slot] = first
    this.#previous[slot] = NONE
    this.#heads[bucket] = slot
  }

  #growLinks(capacity: number): void {
    const next = new Int32Array(capacity)
    const previous = new Int32Array(capacity)
    next.set(this.#next)
    previous.set(this.#previous)
    this.#next = next
    this.#previous = previous
  }

  #growHeads(): void {
    const old = this.#heads
    this.#heads = new Int32Array(2 * old.length).fill(NONE)
    for (let slot of old) {
      while (slot !== NONE) {
        const next = this.#next[slot] ?? NONE
        this.#link(slot, this.#columns.rootWord(slot) ?? 0)
        slot = next
      }
    }
  }
}
