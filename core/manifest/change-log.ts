const FIRST_CAPACITY = 256
/** The log is packed when over half of it, and at least this many lines, is outdated. */
const PACK_FROM = 1024

/** A deleted path that those who hold an older version must hear of. */
export interface Tombstone {
  readonly n: number
  readonly path: string
  /** Whether it was ever open to everyone: of what wasn't, a registry hears nothing. */
  readonly open: boolean
}

/**
 * Which entry each n changed, in order of n. A line is outdated once its entry changed again; outdated
 * lines are skipped by their reader, who knows each entry's n, and packed away from time to time.
 */
export class ChangeLog {
  readonly #tombstones = new Map<string, Tombstone>()
  /** By line, where the line is a deletion. */
  readonly #deleted = new Map<number, Tombstone>()
  #slots = new Int32Array(FIRST_CAPACITY)
  #ns = new Float64Array(FIRST_CAPACITY)
  #length = 0

  get tombstoneCount(): number {
    return this.#tombstones.size
  }

  /** Notes that change n made the entry at `slot` what it is. Each n is greater than the one before. */
  addPut(n: number, slot: number): void {
    this.#append(n, slot)
  }

  /** Notes that change n deleted `path`; an earlier deletion of it is outdated. */
  addDelete(n: number, path: string, open: boolean): void {
    const old = this.#tombstones.get(path)
    const tombstone = { n, path, open: open || (old?.open ?? false) }
    this.#tombstones.set(path, tombstone)
    this.#deleted.set(this.#append(n, DELETED), tombstone)
  }

  /** What changed after `n`, in order: a slot, or a tombstone. `nOf` tells which lines still hold. */
  *after(n: number, nOf: (slot: number) => number): Generator<{ n: number; changed: number | Tombstone }> {
    for (let line = this.#firstAfter(n); line < this.#length; line++) {
      const changed = this.#live(line, nOf)
      if (changed !== undefined) yield { n: this.#ns[line] ?? 0, changed }
    }
  }

  /** Drops outdated lines where they are many; `live` is how many entries there are. */
  pack(live: number, nOf: (slot: number) => number): void {
    const wanted = live + this.#tombstones.size
    if (this.#length < 2 * wanted + PACK_FROM) return
    let kept = 0
    for (let line = 0; line < this.#length; line++) {
      const changed = this.#live(line, nOf)
      if (changed === undefined) {
        this.#deleted.delete(line)
        continue
      }
      if (typeof changed !== 'number' && kept !== line) {
        this.#deleted.delete(line)
        this.#deleted.set(kept, changed)
      }
      this.#slots[kept] = this.#slots[line] ?? 0
      this.#ns[kept] = this.#ns[line] ?? 0
      kept += 1
    }
    this.#length = kept
  }

  #live(line: number, nOf: (slot: number) => number): number | Tombstone | undefined {
    const slot = this.#slots[line] ?? 0
    const n = this.#ns[line] ?? 0
    if (slot !== DELETED) return nOf(slot) === n ? slot : undefined
    const tombstone = this.#deleted.get(line)
    return tombstone && this.#tombstones.get(tombstone.path) === tombstone ? tombstone : undefined
  }

  #append(n: number, slot: number): number {
    if (this.#length === this.#ns.length) {
      const slots = new Int32Array(2 * this.#length)
      const ns = new Float64Array(2 * this.#length)
      slots.set(this.#slots)
      ns.set(this.#ns)
      this.#slots = slots
      this.#ns = ns
    }
    this.#slots[this.#length] = slot
    this.#ns[this.#length] = n
    return this.#length++
  }

  /** The first line with a greater n. */
  #firstAfter(n: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ns[middle] ?? 0) <= n) low = middle + 1
      else high = middle
    }
    return low
  }
}

const DELETED = -1
