import type { EntryColumns } from './columns.js'
import type { NameKey } from './name-key.js'

const FIRST_ROOM = 256
const FULLEST = 0.8
const NONE = -1

/** Finds entries by folder and name: one hash table for all folders. A map for each would take four times the memory. */
export class ChildIndex {
  readonly #columns: EntryColumns
  /** Slots, each at the first free place from that of its hash on. */
  #table = new Int32Array(FIRST_ROOM).fill(NONE)
  /** By slot. */
  #hashes = new Int32Array(FIRST_ROOM)
  #count = 0

  constructor(columns: EntryColumns) {
    this.#columns = columns
  }

  /** Makes room for so many entries. */
  reserve(entries: number): void {
    let room = this.#table.length
    while (entries > FULLEST * room) room *= 2
    if (room > this.#table.length) this.#grow(room)
    if (entries > this.#hashes.length) this.#growHashes(entries)
  }

  find(parent: number, key: NameKey): number | undefined {
    const hash = key.hashIn(parent)
    for (let place = this.#placeOf(hash); ; place = this.#after(place)) {
      const slot = this.#table[place] ?? NONE
      if (slot === NONE) return undefined
      if (this.#hashes[slot] !== hash) continue
      if (this.#columns.parent(slot) === parent && this.#columns.isNamed(slot, key)) return slot
    }
  }

  /** Takes in an entry that is not there yet. */
  add(slot: number, parent: number, key: NameKey): void {
    this.#count += 1
    if (this.#count > FULLEST * this.#table.length) this.#grow(2 * this.#table.length)
    if (slot >= this.#hashes.length) this.#growHashes(Math.max(slot + 1, 2 * this.#hashes.length))
    this.#hashes[slot] = key.hashIn(parent)
    this.#insert(slot)
  }

  /** The entries after it move up, as if it had never been there. */
  remove(slot: number): void {
    let gap = this.#placeOf(this.#hashes[slot] ?? 0)
    while (this.#table[gap] !== slot) gap = this.#after(gap)
    this.#table[gap] = NONE
    this.#count -= 1
    for (let place = this.#after(gap); ; place = this.#after(place)) {
      const next = this.#table[place] ?? NONE
      if (next === NONE) return
      const wanted = this.#placeOf(this.#hashes[next] ?? 0)
      const mask = this.#table.length - 1
      if (((place - wanted) & mask) < ((place - gap) & mask)) continue
      this.#table[gap] = next
      this.#table[place] = NONE
      gap = place
    }
  }

  #placeOf(hash: number): number {
    return hash & (this.#table.length - 1)
  }

  #after(place: number): number {
    return (place + 1) & (this.#table.length - 1)
  }

  #insert(slot: number): void {
    let place = this.#placeOf(this.#hashes[slot] ?? 0)
    while (this.#table[place] !== NONE) place = this.#after(place)
    this.#table[place] = slot
  }

  #grow(room: number): void {
    const old = this.#table
    this.#table = new Int32Array(room).fill(NONE)
    for (const slot of old) if (slot !== NONE) this.#insert(slot)
  }

  #growHashes(capacity: number): void {
    const hashes = new Int32Array(capacity)
    hashes.set(this.#hashes)
    this.#hashes = hashes
  }
}
