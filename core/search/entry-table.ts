import { type EntryReason, FILE_KINDS, type FileKind, type Root } from '../manifest/index.js'
import type { WireEntry } from '../wire/index.js'
import { ChainedHash } from './chained-hash.js'
import { FolderTable } from './folder-table.js'
import { Growth, grown } from './growing.js'
import { kindOf } from './kinds.js'
import { hashOf, NamePool } from './name-pool.js'
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
const MAX_NAME_BYTES = 255
/** Where a path is put together, from its end. */
const PATH = Buffer.alloc(4096)
const SLASH = 47

// Flags: bit 0 folder, bit 1 implicit, bits 2 to 4 reason, bits 5 to 7 kind, bit 8 exec.
const FOLDER = 1
const IMPLICIT = 2
const REASON_SHIFT = 2
const KIND_SHIFT = 5
const EXEC = 256

/**
 * The trees of all owners as columns of numbers. An entry is its row number; a number is used again after its
 * entry is gone. A folder that no entry named, but a path went through, is implicit: it vanishes with the last thing
 * in it.
 */
export class EntryTable {
  readonly names = new NamePool()
  readonly folders = new FolderTable()
  readonly roots = new RootTable((row, hold) => {
    this.#link[row] = hold
    this.#setShared(row, hold < NONE)
  })
  #parent = new Int32Array(FIRST_LENGTH)
  #next = new Int32Array(FIRST_LENGTH)
  #previous = new Int32Array(FIRST_LENGTH)
  #nameAt = new Uint32Array(FIRST_LENGTH)
  #nameBytes = new Uint8Array(FIRST_LENGTH)
  #size = new Float64Array(FIRST_LENGTH)
  #mtime = new Float64Array(FIRST_LENGTH)
  #flags = new Uint16Array(FIRST_LENGTH)
  /** Of a folder, its number among folders; of a file, what it keeps of its root. */
  #link = new Int32Array(FIRST_LENGTH)
  /** A bit for each row whose root others have, too. */
  #shared = new Int32Array(FIRST_LENGTH >> 5)
  readonly #growth = new Growth(FIRST_LENGTH, [
    length => {
      this.#shared = grown(this.#shared, (length + 31) >> 5)
    },
    length => {
      this.#parent = grown(this.#parent, length)
    },
    length => {
      this.#next = grown(this.#next, length)
    },
    length => {
      this.#previous = grown(this.#previous, length)
    },
    length => {
      this.#nameAt = grown(this.#nameAt, length)
    },
    length => {
      this.#nameBytes = grown(this.#nameBytes, length)
    },
    length => {
      this.#size = grown(this.#size, length)
    },
    length => {
      this.#mtime = grown(this.#mtime, length)
    },
    length => {
      this.#flags = grown(this.#flags, length)
    },
    length => {
      this.#link = grown(this.#link, length)
    },
  ])
  readonly #children = new ChainedHash(row => childHash(this.parent(row), this.nameHash(row)))
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
  /** The number of a folder among folders. */
  folderNumber(folder: number): number {
    return this.#link[folder] ?? NONE
  }
  firstChild(entry: number): number {
    return this.isFolder(entry) ? (this.folders.first[this.folderNumber(entry)] ?? NONE) : NONE
  }
  nextSibling(entry: number): number {
    return this.#next[entry] ?? NONE
  }
  /** The owner's number. */
  owner(entry: number): number {
    const folder = this.isFolder(entry) ? entry : this.parent(entry)
    return this.folders.owner[this.folderNumber(folder)] ?? NONE
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
    return this.isFolder(entry) ? (this.folders.files[this.folderNumber(entry)] ?? 0) : 0
  }
  /** Entries below a folder. */
  below(entry: number): number {
    return this.isFolder(entry) ? (this.folders.below[this.folderNumber(entry)] ?? 0) : 0
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
    const link = this.#link[entry] ?? NONE
    return link === NONE || this.isFolder(entry) ? NONE : this.roots.number(link)
  }
  /** Whether others have the same root. */
  isShared(entry: number): boolean {
    return !this.isFolder(entry) && (this.#link[entry] ?? NONE) < NONE
  }
  /** The number of the root of a file that shares it. */
  sharedRoot(entry: number): number {
    return this.roots.number(this.#link[entry] ?? NONE)
  }
  /** No more entries than this have the root of a file that shares it. */
  mostHolders(entry: number): number {
    return this.roots.mostHolders(this.#link[entry] ?? NONE)
  }
  /** Whether this file, which shares its root, is the first with it. */
  isFirstHolder(entry: number): boolean {
    return this.roots.isFirst(this.#link[entry] ?? NONE)
  }
  /** A bit for each of 32 rows, from row 32 times `word` on: whether others have the same root. */
  sharedBits(word: number): number {
    return this.#shared[word] ?? 0
  }
  root(entry: number): Root | undefined {
    const number = this.rootNumber(entry)
    return number === NONE ? undefined : this.roots.text(number)
  }
  /** A hash of the name, the same in every run with the same seed. */
  nameHash(entry: number): number {
    return this.names.hash(this.#nameAt[entry] ?? 0, this.nameBytes(entry), this.#seed)
  }
  name(entry: number): string {
    return this.names.text(this.#nameAt[entry] ?? 0, this.#nameBytes[entry] ?? 0)
  }
  nameBytes(entry: number): number {
    return this.#nameBytes[entry] ?? 0
  }

  /** From the share down, without its owner; '' for the share itself. */
  path(entry: number): string {
    let from = PATH.length
    for (let at = entry; at !== NONE && this.parent(at) !== NONE; at = this.parent(at)) {
      const bytes = this.nameBytes(at)
      if (from < bytes + 1) return this.#longPath(entry)
      if (at !== entry) PATH[--from] = SLASH
      from -= bytes
      this.names.copy(this.#nameAt[at] ?? 0, bytes, PATH, from)
    }
    return PATH.toString('utf8', from)
  }

  #longPath(entry: number): string {
    const names: string[] = []
    for (let at = entry; this.parent(at) !== NONE; at = this.parent(at)) names.push(this.name(at))
    return names.reverse().join('/')
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
      for (let at = parent; at !== NONE; at = this.parent(at)) this.folders.leave(this.folderNumber(at))
      this.#unlinkChild(row, this.folderNumber(parent))
      this.#children.remove(row, childHash(parent, this.nameHash(row)))
    }
    if (this.isFolder(row)) this.folders.remove(this.folderNumber(row))
    else this.#setRoot(row, undefined)
    this.names.release(this.#nameAt[row] ?? 0, this.nameBytes(row))
    this.#flags[row] = 0
    this.#link[row] = NONE
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
      const folder = this.folderNumber(at)
      this.folders.files[folder] = (this.folders.files[folder] ?? 0) + sign
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
    this.#growth.reach(row)
    const isFolder = (flags & FOLDER) !== 0
    this.#parent[row] = parent
    this.#nameAt[row] = this.names.add(this.#scratch, this.#encodedBytes)
    this.#nameBytes[row] = this.#encodedBytes
    this.#size[row] = 0
    this.#mtime[row] = 0
    this.#flags[row] = flags | (isFolder ? kindNumber('folder') << KIND_SHIFT : 0)
    this.#link[row] = isFolder ? this.folders.add(owner) : NONE
    this.#next[row] = NONE
    this.#previous[row] = NONE
    this.#live++
    if (parent === NONE) return row
    for (let at = parent; at !== NONE; at = this.parent(at)) this.folders.enter(this.folderNumber(at), row)
    this.#linkChild(row, this.folderNumber(parent))
    this.#children.add(row, childHash(parent, this.#encodedHash))
    return row
  }

  #linkChild(row: number, folder: number): void {
    const first = this.folders.first[folder] ?? NONE
    this.#next[row] = first
    if (first !== NONE) this.#previous[first] = row
    this.folders.first[folder] = row
  }

  #unlinkChild(row: number, folder: number): void {
    const next = this.nextSibling(row)
    const previous = this.#previous[row] ?? NONE
    if (next !== NONE) this.#previous[next] = previous
    if (previous === NONE) this.folders.first[folder] = next
    else this.#next[previous] = next
  }

  #setRoot(row: number, root: Root | undefined): void {
    const old = this.rootNumber(row)
    if (old !== NONE) {
      if (root !== undefined && this.roots.find(root) === old) return
      this.roots.release(this.#link[row] ?? NONE)
      this.#link[row] = NONE
      this.#setShared(row, false)
    }
    if (root !== undefined) this.roots.hold(root, row)
  }

  #setShared(row: number, isShared: boolean): void {
    const at = row >>> 5
    const bit = 1 << (row & 31)
    const bits = this.#shared[at] ?? 0
    this.#shared[at] = isShared ? bits | bit : bits & ~bit
  }

  /** Puts a name in the scratch bytes, with its length and hash; false for one over 255 bytes. */
  #encode(name: string): boolean {
    if (name === this.#encoded) return true
    if (name.length > MAX_NAME_BYTES) return false
    const length = this.#scratch.write(name)
    if (length > MAX_NAME_BYTES) return false
    this.#encoded = name
    this.#encodedBytes = length
    this.#encodedHash = hashOf(this.#scratch, 0, length, this.#seed)
    return true
  }

  /** The child of a folder with the encoded name. */
  #find(folder: number): number {
    let at = this.#children.first(childHash(folder, this.#encodedHash))
    while (at !== NONE && !this.#isEncoded(at, folder)) at = this.#children.next(at)
    return at
  }

  #isEncoded(row: number, folder: number): boolean {
    if (this.#parent[row] !== folder || this.nameBytes(row) !== this.#encodedBytes) return false
    return this.names.equals(this.#nameAt[row] ?? 0, this.#scratch, this.#encodedBytes)
  }
}

function childHash(folder: number, nameHash: number): number {
  return nameHash ^ Math.imul(folder + 1, 0x9e3779b1)
}

/** The number a kind is kept as; 0 for none. */
export function kindNumber(kind: FileKind | undefined): number {
  return Math.max(0, KINDS.indexOf(kind))
}
