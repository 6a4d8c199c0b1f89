import type { EntryReason } from './entry.js'
import type { Facts } from './facts.js'
import type { Found } from './manifest-types.js'
import type { NameKey } from './name-key.js'
import { NameTable } from './name-table.js'
import { type Root, rootOfBytes } from './root.js'

export const ROOT_BYTES = 32
const FIRST_CAPACITY = 256

const REASONS: readonly EntryReason[] = [
  'unreadable',
  'broken-link',
  'cycle',
  'leaves-import',
  'not-a-file',
  'bad-name',
  'too-deep',
]

const USED = 1
const FOLDER = 2
const HAS_ROOT = 4
/** The reason's number from 1 on; 0 is none. */
const REASON_SHIFT = 3
const REASON_BITS = 7
const EXEC = 64
const NO_ROOTS = new Uint8Array(0)

/** Facts as they are kept: flags in one byte, the root as bytes. One object can be filled again and again. */
export class PackedFacts {
  flags = 0
  size = 0
  mtime = 0
  stamp = 0
  /** Where the root is, if there is one. */
  roots: Uint8Array = NO_ROOTS
  rootAt = 0

  get folder(): boolean {
    return (this.flags & FOLDER) !== 0
  }

  get hasRoot(): boolean {
    return (this.flags & HAS_ROOT) !== 0
  }
}

/**
 * Entries as rows of typed arrays, found by a slot number. An object an entry would take three times the
 * memory: a million of these take some 75 MB and their names.
 */
export class EntryColumns {
  readonly #names = new NameTable()
  readonly #free: number[] = []
  #slots = 0
  #parent = new Int32Array(FIRST_CAPACITY)
  #size = new Float64Array(FIRST_CAPACITY)
  #mtime = new Float64Array(FIRST_CAPACITY)
  #n = new Float64Array(FIRST_CAPACITY)
  #stamp = new Float64Array(FIRST_CAPACITY)
  #flags = new Uint8Array(FIRST_CAPACITY)
  #roots = Buffer.alloc(FIRST_CAPACITY * ROOT_BYTES)

  /** A new entry's slot. */
  add(name: NameKey, parent: number, facts: Facts | PackedFacts): number {
    const slot = this.#free.pop() ?? this.#slots++
    if (slot >= this.#flags.length) this.#grow(2 * this.#flags.length)
    this.#names.set(slot, name)
    this.#parent[slot] = parent
    this.set(slot, facts)
    this.#n[slot] = 0
    return slot
  }

  /** Makes room for so many entries. */
  reserve(entries: number): void {
    if (entries > this.#flags.length) this.#grow(entries)
    this.#names.reserve(entries)
  }

  remove(slot: number): void {
    this.#names.remove(slot)
    this.#flags[slot] = 0
    this.#n[slot] = -1
    this.#free.push(slot)
  }

  set(slot: number, facts: Facts | PackedFacts): void {
    this.#size[slot] = facts.size
    this.#mtime[slot] = facts.mtime
    this.#stamp[slot] = facts.stamp
    if (facts instanceof PackedFacts) {
      this.#flags[slot] = facts.flags
      if (!facts.hasRoot) return
      for (let i = 0; i < ROOT_BYTES; i++) {
        this.#roots[slot * ROOT_BYTES + i] = facts.roots[facts.rootAt + i] ?? 0
      }
      return
    }
    const reason = facts.reason === undefined ? 0 : REASONS.indexOf(facts.reason) + 1
    this.#flags[slot] =
      USED |
      (facts.folder ? FOLDER : 0) |
      (facts.root ? HAS_ROOT : 0) |
      (reason << REASON_SHIFT) |
      (facts.exec ? EXEC : 0)
    if (facts.root) this.#roots.write(facts.root, slot * ROOT_BYTES, ROOT_BYTES, 'hex')
  }

  name(slot: number): string {
    return this.#names.get(slot)
  }

  isNamed(slot: number, name: NameKey): boolean {
    return this.#names.is(slot, name)
  }

  parent(slot: number): number {
    return this.#parent[slot] ?? 0
  }

  /** The n of the entry's latest change; -1 of a free slot. */
  n(slot: number): number {
    return this.#n[slot] ?? -1
  }

  setN(slot: number, n: number): void {
    this.#n[slot] = n
  }

  /** Packed facts of an entry are made of this, its numbers and its root. The bits are on disk, too. */
  flags(slot: number): number {
    return this.#flags[slot] ?? 0
  }

  isFolder(slot: number): boolean {
    return ((this.#flags[slot] ?? 0) & FOLDER) !== 0
  }

  size(slot: number): number {
    return this.#size[slot] ?? 0
  }

  mtime(slot: number): number {
    return this.#mtime[slot] ?? 0
  }

  stamp(slot: number): number {
    return this.#stamp[slot] ?? 0
  }

  /** Whether it is a file that can be fetched, once it has a root. */
  isFetchable(slot: number): boolean {
    return ((this.#flags[slot] ?? 0) & (FOLDER | (REASON_BITS << REASON_SHIFT))) === 0
  }

  reason(slot: number): EntryReason | undefined {
    return REASONS[(((this.#flags[slot] ?? 0) >> REASON_SHIFT) & REASON_BITS) - 1]
  }

  /** Whether it can't be fetched or listed. */
  hasReason(slot: number): boolean {
    return ((this.#flags[slot] ?? 0) & (REASON_BITS << REASON_SHIFT)) !== 0
  }

  /** Whether it is a file that may be executed. */
  isExec(slot: number): boolean {
    return ((this.#flags[slot] ?? 0) & EXEC) !== 0
  }

  hasRoot(slot: number): boolean {
    return ((this.#flags[slot] ?? 0) & HAS_ROOT) !== 0
  }

  root(slot: number): Root | undefined {
    if (!this.hasRoot(slot)) return undefined
    return rootOfBytes(this.#roots.subarray(slot * ROOT_BYTES, (slot + 1) * ROOT_BYTES))
  }

  /** The first 32 bits of the root; undefined without one. */
  rootWord(slot: number): number | undefined {
    if (!this.hasRoot(slot)) return undefined
    return this.#roots.readUInt32BE(slot * ROOT_BYTES)
  }

  /** Copies the root's bytes; false without one. */
  copyRoot(slot: number, into: Uint8Array, at: number): boolean {
    if (!this.hasRoot(slot)) return false
    into.set(this.#roots.subarray(slot * ROOT_BYTES, (slot + 1) * ROOT_BYTES), at)
    return true
  }

  /** Whether this is a file that still has to be hashed. */
  isUnhashed(slot: number): boolean {
    return ((this.#flags[slot] ?? 0) & ~EXEC) === USED && (this.#size[slot] ?? 0) > 0
  }

  /** Slots are below this; some of them may be free. */
  get slots(): number {
    return this.#slots
  }

  /** Whether a scan found it as it is. False where it must be looked at more closely. */
  isAsFound(slot: number, found: Found): boolean {
    if (found.reason !== undefined || found.mtime !== this.#mtime[slot]) return false
    if (found.type === 'folder') return (this.#flags[slot] ?? 0) === (USED | FOLDER)
    return (
      !this.isFolder(slot) &&
      found.stamp !== 0 &&
      found.stamp === this.#stamp[slot] &&
      found.size === this.#size[slot] &&
      (found.exec === true) === this.isExec(slot)
    )
  }

  facts(slot: number): Facts {
    return {
      folder: this.isFolder(slot),
      size: this.size(slot),
      mtime: this.mtime(slot),
      root: this.root(slot),
      exec: this.isExec(slot),
      reason: this.reason(slot),
      stamp: this.stamp(slot),
    }
  }

  #grow(capacity: number): void {
    this.#parent = copied(this.#parent, new Int32Array(capacity))
    this.#size = copied(this.#size, new Float64Array(capacity))
    this.#mtime = copied(this.#mtime, new Float64Array(capacity))
    this.#n = copied(this.#n, new Float64Array(capacity))
    this.#stamp = copied(this.#stamp, new Float64Array(capacity))
    this.#flags = copied(this.#flags, new Uint8Array(capacity))
    this.#roots = copied(this.#roots, Buffer.alloc(capacity * ROOT_BYTES))
  }
}

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
