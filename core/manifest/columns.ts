import type { EntryReason } from './entry.js'
import type { Facts } from './facts.js'
import { type Root, rootOfBytes } from './root.js'

const ROOT_BYTES = 32
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

/**
 * Entries as rows of typed arrays, found by a slot number. An object an entry would take three times the
 * memory: a million of these, names and folders' maps included, take some 150 MB.
 */
export class EntryColumns {
  readonly #names: string[] = []
  readonly #free: number[] = []
  #parent = new Int32Array(FIRST_CAPACITY)
  #size = new Float64Array(FIRST_CAPACITY)
  #mtime = new Float64Array(FIRST_CAPACITY)
  #n = new Float64Array(FIRST_CAPACITY)
  #stamp = new Float64Array(FIRST_CAPACITY)
  #flags = new Uint8Array(FIRST_CAPACITY)
  #roots = Buffer.alloc(FIRST_CAPACITY * ROOT_BYTES)

  /** A new entry's slot. */
  add(name: string, parent: number, facts: Facts): number {
    const slot = this.#free.pop() ?? this.#names.length
    if (slot >= this.#flags.length) this.#grow(2 * this.#flags.length)
    this.#names[slot] = name
    this.#parent[slot] = parent
    this.set(slot, facts)
    return slot
  }

  remove(slot: number): void {
    this.#names[slot] = ''
    this.#flags[slot] = 0
    this.#n[slot] = -1
    this.#free.push(slot)
  }

  set(slot: number, facts: Facts): void {
    this.#size[slot] = facts.size
    this.#mtime[slot] = facts.mtime
    this.#stamp[slot] = facts.stamp
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
    return this.#names[slot] ?? ''
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

  reason(slot: number): EntryReason | undefined {
    return REASONS[(((this.#flags[slot] ?? 0) >> REASON_SHIFT) & REASON_BITS) - 1]
  }

  /** Whether it is a file that may be executed. */
  isExec(slot: number): boolean {
    return ((this.#flags[slot] ?? 0) & EXEC) !== 0
  }

  root(slot: number): Root | undefined {
    if (((this.#flags[slot] ?? 0) & HAS_ROOT) === 0) return undefined
    return rootOfBytes(this.#roots.subarray(slot * ROOT_BYTES, (slot + 1) * ROOT_BYTES))
  }

  /** The first 32 bits of the root; undefined without one. */
  rootWord(slot: number): number | undefined {
    if (((this.#flags[slot] ?? 0) & HAS_ROOT) === 0) return undefined
    return this.#roots.readUInt32BE(slot * ROOT_BYTES)
  }

  /** Whether this is a file that still has to be hashed. */
  isUnhashed(slot: number): boolean {
    return ((this.#flags[slot] ?? 0) & ~EXEC) === USED && (this.#size[slot] ?? 0) > 0
  }

  /** Slots are below this; some of them may be free. */
  get slots(): number {
    return this.#names.length
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
