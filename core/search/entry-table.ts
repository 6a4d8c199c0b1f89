import type { EntryReason, Root } from '../manifest/index.js'
import type { WireEntry } from '../wire/index.js'
import { ChainedHash } from './chained-hash.js'
import type { Crowds } from './crowds.js'
import { EncodedName } from './encoded-name.js'
import { EXEC, FOLDER, FOLDER_FLAGS, flagsOf, IMPLICIT, kindOfFlags, reasonOf } from './entry-flags.js'
import { FolderTable } from './folder-table.js'
import { NamePool } from './name-pool.js'
import { RootTable } from './root-table.js'
import { RowColumns } from './row-columns.js'

/** Stands for "no entry" and "no root". */
export const NONE = -1

/** Where a path is put together, from its end. */
const PATH = Buffer.alloc(4096)
const SLASH = 47

/**
 * The trees of all owners as columns of numbers. An entry is its row number; a number is used again after its
 * entry is gone. A folder that no entry named, but a path went through, is implicit: it vanishes with the last thing
 * in it.
 */
export class EntryTable {
  readonly names = new NamePool()
  readonly folders = new FolderTable()
  readonly roots = new RootTable({
    keep: (row, hold) => {
      this.#rows.link[row] = hold
      if (hold > NONE) this.crowds.leave(row)
    },
    crowd: (row, holders) => this.crowds.join(row, holders),
  })
  readonly #rows = new RowColumns()
  readonly #children = new ChainedHash(row => childHash(this.parent(row), this.nameHash(row)))
  /** By owner. */
  readonly #hashed: number[] = []
  readonly #free: number[] = []
  readonly #seed: number
  readonly #encoded: EncodedName
  #end = 0
  #live = 0

  /** The seed makes the hashes of names unknown to those who choose the names. */
  constructor(seed: number) {
    this.#seed = seed | 0
    this.#encoded = new EncodedName(this.#seed)
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
    return this.#rows.parent[entry] ?? NONE
  }
  /** The number of a folder among folders. */
  folderNumber(folder: number): number {
    return this.#rows.link[folder] ?? NONE
  }
  /** One of the children of a folder; the others follow one after the other. */
  firstChild(entry: number): number {
    return this.isFolder(entry) ? this.folders.children.last(this.folderNumber(entry)) : NONE
  }
  nextSibling(entry: number): number {
    return this.folders.children.below(this.folderNumber(this.parent(entry)), entry)
  }
  /** The owner's number. */
  owner(entry: number): number {
    const folder = this.isFolder(entry) ? entry : this.parent(entry)
    return this.folders.owner[this.folderNumber(folder)] ?? NONE
  }
  /** Bytes; of a folder, of the files that `files` counts. */
  size(entry: number): number {
    return this.#rows.size.get(entry)
  }
  mtime(entry: number): number {
    return this.#rows.mtime.get(entry)
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
    return ((this.#rows.flags[entry] ?? 0) & FOLDER) !== 0
  }
  isImplicit(entry: number): boolean {
    return ((this.#rows.flags[entry] ?? 0) & (FOLDER | IMPLICIT)) === (FOLDER | IMPLICIT)
  }
  reason(entry: number): EntryReason | undefined {
    return reasonOf(this.#rows.flags[entry] ?? 0)
  }
  /** The number of its kind, as `kindNumber` gives it. */
  kind(entry: number): number {
    return kindOfFlags(this.#rows.flags[entry] ?? 0)
  }
  /** Whether it is a file that may be executed at its owner. */
  isExec(entry: number): boolean {
    return ((this.#rows.flags[entry] ?? 0) & (FOLDER | EXEC)) === EXEC
  }
  /** The number of its root; NONE without one. */
  rootNumber(entry: number): number {
    const link = this.#rows.link[entry] ?? NONE
    return link === NONE || this.isFolder(entry) ? NONE : this.roots.number(link)
  }
  /** Whether others have the same root. */
  isShared(entry: number): boolean {
    return !this.isFolder(entry) && (this.#rows.link[entry] ?? NONE) < NONE
  }
  /** The number of the root of a file that shares it. */
  sharedRoot(entry: number): number {
    return this.roots.number(this.#rows.link[entry] ?? NONE)
  }
  /** No more entries than this have the root of a file that shares it. */
  mostHolders(entry: number): number {
    return this.roots.mostHolders(this.#rows.link[entry] ?? NONE)
  }
  /** Whether this file, which shares its root, is the first with it. */
  isFirstHolder(entry: number): boolean {
    return this.roots.isFirst(this.#rows.link[entry] ?? NONE)
  }
  /** Which rows have a root that others have, too. */
  get crowds(): Crowds {
    return this.#rows.crowds
  }
  root(entry: number): Root | undefined {
    const number = this.rootNumber(entry)
    return number === NONE ? undefined : this.roots.text(number)
  }
  /** A hash of the name, the same in every run with the same seed. */
  nameHash(entry: number): number {
    return this.names.hash(this.#rows.nameAt[entry] ?? 0, this.nameBytes(entry), this.#seed)
  }
  name(entry: number): string {
    return this.names.text(this.#rows.nameAt[entry] ?? 0, this.#rows.nameBytes[entry] ?? 0)
  }
  nameBytes(entry: number): number {
    return this.#rows.nameBytes[entry] ?? 0
  }

  /** From the share down, without its owner; '' for the share itself. */
  path(entry: number): string {
    let from = PATH.length
    for (let at = entry; at !== NONE && this.parent(at) !== NONE; at = this.parent(at)) {
      const bytes = this.nameBytes(at)
      if (from < bytes + 1) return this.#longPath(entry)
      if (at !== entry) PATH[--from] = SLASH
      from -= bytes
      this.names.copy(this.#rows.nameAt[at] ?? 0, bytes, PATH, from)
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
    this.#encoded.take('')
    return this.#insert(NONE, owner, FOLDER_FLAGS)
  }

  /** The child of a folder with this very name, or NONE. */
  child(folder: number, name: string): number {
    return this.#encoded.take(name) ? this.#find(folder) : NONE
  }

  /** The child of a folder with this name; made as an implicit folder when there is none. */
  childFolder(folder: number, name: string, owner: number): { entry: number; made: boolean } {
    this.#mustEncode(name)
    const found = this.#find(folder)
    if (found !== NONE) return { entry: found, made: false }
    return { entry: this.#insert(folder, owner, FOLDER_FLAGS | IMPLICIT), made: true }
  }

  /** Adds a child; there is none with its name. */
  add(folder: number, name: string, owner: number, entry: WireEntry): number {
    this.#mustEncode(name)
    const added = this.#insert(folder, owner, entry.type === 'folder' ? FOLDER_FLAGS : 0)
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
      this.folders.children.remove(this.folderNumber(parent), row)
      this.#children.remove(row, childHash(parent, this.nameHash(row)))
    }
    if (this.isFolder(row)) this.folders.remove(this.folderNumber(row))
    else this.#setRoot(row, undefined)
    this.names.release(this.#rows.nameAt[row] ?? 0, this.nameBytes(row))
    this.#rows.flags[row] = 0
    this.#rows.link[row] = NONE
    this.#free.push(row)
    this.#live--
  }

  #setFacts(row: number, name: string, entry: WireEntry): void {
    this.#rows.flags[row] = flagsOf(entry, name)
    this.#rows.mtime.set(row, entry.mtime)
    if (entry.type === 'folder') return
    this.#rows.size.set(row, entry.size)
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
      this.#rows.size.set(at, this.size(at) + sign * bytes)
    }
    if (bytes > 0 && this.rootNumber(row) === NONE) return
    const owner = this.owner(row)
    this.#hashed[owner] = this.hashed(owner) + sign
  }

  #mustEncode(name: string): void {
    if (!this.#encoded.take(name)) throw new RangeError('a name over 255 bytes got past the schema')
  }

  /** A row with the encoded name. */
  #insert(parent: number, owner: number, flags: number): number {
    const row = this.#free.pop() ?? this.#end++
    this.#rows.reach(row)
    const isFolder = (flags & FOLDER) !== 0
    this.#rows.parent[row] = parent
    this.#rows.nameAt[row] = this.names.add(this.#encoded.bytes, this.#encoded.length)
    this.#rows.nameBytes[row] = this.#encoded.length
    this.#rows.size.set(row, 0)
    this.#rows.mtime.set(row, 0)
    this.#rows.flags[row] = flags
    this.#rows.link[row] = isFolder ? this.folders.add(owner) : NONE
    this.#live++
    if (parent === NONE) return row
    for (let at = parent; at !== NONE; at = this.parent(at)) this.folders.enter(this.folderNumber(at), row)
    this.folders.children.add(this.folderNumber(parent), row)
    this.#children.add(row, childHash(parent, this.#encoded.hash))
    return row
  }

  #setRoot(row: number, root: Root | undefined): void {
    const old = this.rootNumber(row)
    if (old !== NONE) {
      if (root !== undefined && this.roots.find(root) === old) return
      this.roots.release(this.#rows.link[row] ?? NONE)
      this.#rows.link[row] = NONE
      this.crowds.leave(row)
    }
    if (root !== undefined) this.roots.hold(root, row)
  }

  /** The child of a folder with the encoded name. */
  #find(folder: number): number {
    let at = this.#children.first(childHash(folder, this.#encoded.hash))
    while (at !== NONE && !this.#isEncoded(at, folder)) at = this.#children.next(at)
    return at
  }

  #isEncoded(row: number, folder: number): boolean {
    if (this.#rows.parent[row] !== folder || this.nameBytes(row) !== this.#encoded.length) return false
    return this.names.equals(this.#rows.nameAt[row] ?? 0, this.#encoded.bytes, this.#encoded.length)
  }
}

function childHash(folder: number, nameHash: number): number {
  return nameHash ^ Math.imul(folder + 1, 0x9e3779b1)
}
