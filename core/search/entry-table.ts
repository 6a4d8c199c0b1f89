import { type EntryReason, FILE_KINDS, type FileKind, type Root } from '../manifest/index.js'
import type { WireEntry } from '../wire/index.js'
import { grownFloat64, grownInt32, grownLength, grownUint8, grownUint16, grownUint32 } from './growing.js'
import { kindOf } from './kinds.js'
import { NamePool } from './name-pool.js'
import { RootTable } from './root-table.js'

/** Stands for "no entry" and "no root". */
export const NONE = -1

const REASONS: readonly (EntryReason | undefined)[] = [
  undefined,
  'unreadable',
  'broken-link',
  'cycle',
  'leaves-import',
  'not-a-file',
  'bad-name',
  'too-deep',
]
const KINDS: readonly (FileKind | undefined)[] = [undefined, ...FILE_KINDS]
const FIRST_LENGTH = 1024
const FIRST_BUCKETS = 2048
const MAX_NAME_BYTES = 255

// Flags: bit 0 folder, bit 1 implicit, bits 2 to 4 reason, bits 5 to 7 kind, bit 8 exec.
const FOLDER = 1
const IMPLICIT = 2
const REASON_SHIFT = 2
const KIND_SHIFT = 5
const EXEC = 256

/**
 * The trees of all owners as columns of numbers, about 100 bytes an entry with its name. An entry is its
 * row number; a number is used again after its entry is gone. A folder that no entry named, but a path went
 * through, is implicit: it vanishes with the last thing in it.
 */
export class EntryTable {
  readonly names = new NamePool()
  readonly roots = new RootTable()
  #parent = new Int32Array(FIRST_LENGTH)
  #first = new Int32Array(FIRST_LENGTH)
  #next = new Int32Array(FIRST_LENGTH)
  #previous = new Int32Array(FIRST_LENGTH)
  #nameAt = new Uint32Array(FIRST_LENGTH)
  #nameBytes = new Uint8Array(FIRST_LENGTH)
  #hash = new Int32Array(FIRST_LENGTH)
  #chain = new Int32Array(FIRST_LENGTH)
  #owner = new Int32Array(FIRST_LENGTH).fill(NONE)
  #size = new Float64Array(FIRST_LENGTH)
  #mtime = new Float64Array(FIRST_LENGTH)
  #files = new Uint32Array(FIRST_LENGTH)
  #below = new Uint32Array(FIRST_LENGTH)
  #flags = new Uint16Array(FIRST_LENGTH)
  #root = new Int32Array(FIRST_LENGTH)
  #nextSame = new Int32Array(FIRST_LENGTH)
  #previousSame = new Int32Array(FIRST_LENGTH)
  #firstSame = new Int32Array(FIRST_LENGTH)
  #buckets = new Int32Array(FIRST_BUCKETS).fill(NONE)
  /** By owner. */
  readonly #hashed: number[] = []
  readonly #free: number[] = []
  readonly #scratch = Buffer.alloc(1024)
  readonly #seed: number
  // The name in the scratch bytes.
  #encoded: string | undefined
  #encodedBytes = 0
  #encodedHash = 0
  #end = 0
  #live = 0

  /** The seed makes the hashes of names unknown to those who choose the names. */
  constructor(seed: number) {
    this.#seed = seed | 0
  }

  /** One above the highest row number. */
  get end(): number {
    return this.#end
  }
  /** Rows in use, owners' top rows among them. */
  get live(): number {
    return this.#live
  }

  parent(entry: number): number {
    return this.#parent[entry] ?? NONE
  }
  firstChild(entry: number): number {
    return this.#first[entry] ?? NONE
  }
  nextSibling(entry: number): number {
    return this.#next[entry] ?? NONE
  }
  /** The owner's number; NONE for a row that is not in use. */
  owner(entry: number): number {
    return this.#owner[entry] ?? NONE
  }
  /** Bytes; of a folder, of the files that `files` counts. */
  size(entry: number): number {
    return this.#size[entry] ?? 0
  }
  mtime(entry: number): number {
    return this.#mtime[entry] ?? 0
  }
  /** Files below a folder, but for those listed with a reason. */
  files(entry: number): number {
    return this.#files[entry] ?? 0
  }
  /** Entries below a folder. */
  below(entry: number): number {
    return this.#below[entry] ?? 0
  }
  /** An owner's files whose content is known. */
  hashed(owner: number): number {
    return this.#hashed[owner] ?? 0
  }
  isFolder(entry: number): boolean {
    return ((this.#flags[entry] ?? 0) & FOLDER) !== 0
  }
  isImplicit(entry: number): boolean {
    return ((this.#flags[entry] ?? 0) & IMPLICIT) !== 0
  }
  reason(entry: number): EntryReason | undefined {
    return REASONS[((this.#flags[entry] ?? 0) >> REASON_SHIFT) & 7]
  }
  /** The number of its kind, as `kindNumber` gives it. */
  kind(entry: number): number {
    return ((this.#flags[entry] ?? 0) >> KIND_SHIFT) & 7
  }
  /** Whether it is a file that may be executed at its owner. */
  isExec(entry: number): boolean {
    return ((this.#flags[entry] ?? 0) & EXEC) !== 0
  }
  /** The number of its root; NONE without one. */
  rootNumber(entry: number): number {
    return this.#root[entry] ?? NONE
  }
  root(entry: number): Root | undefined {
    const number = this.rootNumber(entry)
    return number === NONE ? undefined : this.roots.text(number)
  }
  /** The first entry with this root; `nextSame` gives the others. */
  firstSame(root: number): number {
    return this.#firstSame[root] ?? NONE
  }
  nextSame(entry: number): number {
    return this.#nextSame[entry] ?? NONE
  }
  /** A hash of the name, the same in every run with the same seed. */
  nameHash(entry: number): number {
    return this.#hash[entry] ?? 0
  }
  name(entry: number): string {
    return this.names.text(this.#nameAt[entry] ?? 0, this.#nameBytes[entry] ?? 0)
  }
  nameBytes(entry: number): number {
    return this.#nameBytes[entry] ?? 0
  }

  /** From the share down, without its owner; '' for the share itself. */
  path(entry: number): string {
    let path = ''
    for (let at = entry; at !== NONE && this.parent(at) !== NONE; at = this.parent(at)) {
      path = path === '' ? this.name(at) : `${this.name(at)}/${path}`
    }
    return path
  }

  /** The top row of a new owner. */
  addTop(owner: number): number {
    this.#hashed[owner] = 0
    this.#encode('')
    return this.#insert(NONE, owner, FOLDER)
  }

  /** The child of a folder with this very name, or NONE. */
  child(folder: number, name: string): number {
    return this.#encode(name) ? this.#find(folder) : NONE
  }

  /** The child of a folder with this name; made as an implicit folder when there is none. */
  childFolder(folder: number, name: string, owner: number): { entry: number; made: boolean } {
    this.#mustEncode(name)
    const found = this.#find(folder)
    if (found !== NONE) return { entry: found, made: false }
    return { entry: this.#insert(folder, owner, FOLDER | IMPLICIT), made: true }
  }

  /** Adds a child; there is none with its name. */
  add(folder: number, name: string, owner: number, entry: WireEntry): number {
    this.#mustEncode(name)
    const added = this.#insert(folder, owner, entry.type === 'folder' ? FOLDER : 0)
    this.#setFacts(added, name, entry)
    return added
  }

  /** Takes over what an entry of the same name and type says. */
  update(row: number, name: string, entry: WireEntry): void {
    this.#count(row, -1)
    this.#setFacts(row, name, entry)
  }

  /** Removes an entry that has no children. */
  remove(row: number): void {
    const parent = this.parent(row)
    if (parent !== NONE) {
      this.#count(row, -1)
      for (let at = parent; at !== NONE; at = this.parent(at)) this.#below[at] = this.below(at) - 1
      this.#unlinkChild(row, parent)
      this.#unlinkName(row)
    }
    this.#setRoot(row, undefined)
    this.names.release(this.#nameAt[row] ?? 0, this.nameBytes(row))
    this.#owner[row] = NONE
    this.#flags[row] = 0
    this.#free.push(row)
    this.#live--
  }

  #setFacts(row: number, name: string, entry: WireEntry): void {
    const reason = Math.max(0, REASONS.indexOf(entry.reason))
    const kind = entry.type === 'folder' ? kindNumber('folder') : kindNumber(kindOf(name))
    this.#flags[row] =
      (entry.type === 'folder' ? FOLDER : entry.exec ? EXEC : 0) |
      (reason << REASON_SHIFT) |
      (kind << KIND_SHIFT)
    this.#mtime[row] = entry.mtime
    if (entry.type === 'folder') return
    this.#size[row] = entry.size
    this.#setRoot(row, entry.root)
    this.#count(row, 1)
  }

  /** Adds a file to the sums of the folders above it, or takes it off. One with a reason does not count. */
  #count(row: number, sign: 1 | -1): void {
    if (this.isFolder(row) || this.reason(row) !== undefined) return
    const bytes = this.size(row)
    let at = this.parent(row)
    for (; at !== NONE; at = this.parent(at)) {
      this.#files[at] = this.files(at) + sign
      this.#size[at] = this.size(at) + sign * bytes
    }
    if (bytes > 0 && this.rootNumber(row) === NONE) return
    const owner = this.owner(row)
    this.#hashed[owner] = this.hashed(owner) + sign
  }

  #mustEncode(name: string): void {
    if (!this.#encode(name)) throw new RangeError('a name over 255 bytes got past the schema')
  }

  /** A row with the encoded name. */
  #insert(parent: number, owner: number, flags: number): number {
    const row = this.#free.pop() ?? this.#end++
    if (row >= this.#parent.length) this.#grow()
    this.#parent[row] = parent
    this.#first[row] = NONE
    this.#nameAt[row] = this.names.add(this.#scratch, this.#encodedBytes)
    this.#nameBytes[row] = this.#encodedBytes
    this.#hash[row] = this.#encodedHash
    this.#owner[row] = owner
    this.#size[row] = 0
    this.#mtime[row] = 0
    this.#files[row] = 0
    this.#below[row] = 0
    this.#flags[row] = flags | ((flags & FOLDER) !== 0 ? kindNumber('folder') << KIND_SHIFT : 0)
    this.#root[row] = NONE
    this.#next[row] = NONE
    this.#previous[row] = NONE
    this.#live++
    if (parent === NONE) return row
    for (let at = parent; at !== NONE; at = this.parent(at)) this.#below[at] = this.below(at) + 1
    this.#linkChild(row, parent)
    this.#linkName(row)
    return row
  }

  #linkChild(row: number, parent: number): void {
    const first = this.firstChild(parent)
    this.#next[row] = first
    if (first !== NONE) this.#previous[first] = row
    this.#first[parent] = row
  }

  #unlinkChild(row: number, parent: number): void {
    const next = this.nextSibling(row)
    const previous = this.#previous[row] ?? NONE
    if (next !== NONE) this.#previous[next] = previous
    if (previous === NONE) this.#first[parent] = next
    else this.#next[previous] = next
  }

  #setRoot(row: number, root: Root | undefined): void {
    const old = this.rootNumber(row)
    if (root === undefined && old === NONE) return
    const number = root === undefined ? NONE : this.roots.hold(root)
    if (old !== NONE) {
      this.roots.release(old)
      if (number === old) return
      this.#unlinkSame(row, old)
    }
    this.#root[row] = number
    if (number !== NONE) this.#linkSame(row, number)
  }

  #linkSame(row: number, root: number): void {
    if (root >= this.#firstSame.length) {
      const length = grownLength(root)
      this.#firstSame = grownInt32(this.#firstSame, length)
    }
    // A root held once is held by this row alone: whatever the column holds is of an older root.
    const first = this.roots.holders(root) > 1 ? this.firstSame(root) : NONE
    this.#nextSame[row] = first
    this.#previousSame[row] = NONE
    if (first !== NONE) this.#previousSame[first] = row
    this.#firstSame[root] = row
  }

  #unlinkSame(row: number, root: number): void {
    const next = this.nextSame(row)
    const previous = this.#previousSame[row] ?? NONE
    if (next !== NONE) this.#previousSame[next] = previous
    if (previous === NONE) this.#firstSame[root] = next
    else this.#nextSame[previous] = next
  }

  /** Puts a name in the scratch bytes, with its length and hash; false for one over 255 bytes. */
  #encode(name: string): boolean {
    if (name === this.#encoded) return true
    if (name.length > MAX_NAME_BYTES) return false
    const length = this.#scratch.write(name)
    if (length > MAX_NAME_BYTES) return false
    this.#encoded = name
    this.#encodedBytes = length
    this.#encodedHash = this.#hashOf(this.#scratch, length)
    return true
  }

  /** FNV-1a from the seed on. */
  #hashOf(bytes: Uint8Array, length: number): number {
    let hash = 0x811c9dc5 ^ this.#seed
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
    return hash | 0
  }

  /** The child of a folder with the encoded name. */
  #find(folder: number): number {
    const hash = this.#encodedHash
    let at = this.#buckets[this.#bucketOf(folder, hash)] ?? NONE
    while (at !== NONE) {
      if (this.#hash[at] === hash && this.#parent[at] === folder && this.#hasName(at)) return at
      at = this.#chain[at] ?? NONE
    }
    return NONE
  }

  #hasName(row: number): boolean {
    if (this.nameBytes(row) !== this.#encodedBytes) return false
    return this.names.equals(this.#nameAt[row] ?? 0, this.#scratch, this.#encodedBytes)
  }

  #bucketOf(folder: number, hash: number): number {
    const mixed = Math.imul(hash ^ Math.imul(folder + 1, 0x9e3779b1), 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) & (this.#buckets.length - 1)
  }

  #linkName(row: number): void {
    const bucket = this.#bucketOf(this.parent(row), this.nameHash(row))
    this.#chain[row] = this.#buckets[bucket] ?? NONE
    this.#buckets[bucket] = row
  }

  #unlinkName(row: number): void {
    const bucket = this.#bucketOf(this.parent(row), this.nameHash(row))
    const next = this.#chain[row] ?? NONE
    let at = this.#buckets[bucket] ?? NONE
    if (at === row) {
      this.#buckets[bucket] = next
      return
    }
    while (this.#chain[at] !== row) at = this.#chain[at] ?? NONE
    this.#chain[at] = next
  }

  #grow(): void {
    const length = grownLength(this.#parent.length)
    this.#parent = grownInt32(this.#parent, length)
    this.#first = grownInt32(this.#first, length)
    this.#next = grownInt32(this.#next, length)
    this.#previous = grownInt32(this.#previous, length)
    this.#nameAt = grownUint32(this.#nameAt, length)
    this.#nameBytes = grownUint8(this.#nameBytes, length)
    this.#hash = grownInt32(this.#hash, length)
    this.#chain = grownInt32(this.#chain, length)
    this.#owner = grownInt32(this.#owner, length).fill(NONE, this.#owner.length)
    this.#size = grownFloat64(this.#size, length)
    this.#mtime = grownFloat64(this.#mtime, length)
    this.#files = grownUint32(this.#files, length)
    this.#below = grownUint32(this.#below, length)
    this.#flags = grownUint16(this.#flags, length)
    this.#root = grownInt32(this.#root, length)
    this.#nextSame = grownInt32(this.#nextSame, length)
    this.#previousSame = grownInt32(this.#previousSame, length)
    if (length > this.#buckets.length) this.#rehash()
  }

  #rehash(): void {
    this.#buckets = new Int32Array(this.#buckets.length * 2).fill(NONE)
    for (let row = 0; row < this.#end; row++) {
      if (this.owner(row) !== NONE && this.parent(row) !== NONE) this.#linkName(row)
    }
  }
}

/** The number a kind is kept as; 0 for none. */
export function kindNumber(kind: FileKind | undefined): number {
  return Math.max(0, KINDS.indexOf(kind))
}
