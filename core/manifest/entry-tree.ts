import { ChildIndex } from './child-index.js'
import { EntryColumns, type PackedFacts } from './columns.js'
import { type Counts, NO_COUNTS } from './counts.js'
import type { Facts } from './facts.js'
import { NameKey } from './name-key.js'
import { RootIndex } from './root-index.js'
import { type ChildList, noChildren, Siblings } from './siblings.js'

/** The share itself, which has no name and no entry. */
export const TOP = 0

/** What only folders have. Sums are of everything below, kept up to date with each change. */
export interface Folder extends ChildList {
  readonly parent: Folder | undefined
  files: number
  bytes: number
  hashed: number
  hashedBytes: number
  /** Entries of either type, listed with a reason or not. */
  entries: number
  /** Children in the order last asked for; dropped when it may have changed. */
  sorted: Sorted | undefined
}

/** Children of a folder in one order. */
export interface Sorted {
  readonly by: string
  /** Whether names alone make the order, so that new sizes and times leave it as it is. */
  readonly byNames: boolean
  readonly slots: readonly number[]
}

const FOLDER_FACTS: Facts = {
  folder: true,
  size: 0,
  mtime: 0,
  root: undefined,
  exec: false,
  reason: undefined,
  stamp: 0,
}

/** Entries in their folders, with the folders' sums: structure only, no versions. */
export class EntryTree {
  readonly columns = new EntryColumns()
  readonly roots = new RootIndex(this.columns)
  readonly #folders = new Map<number, Folder>()
  readonly #children = new ChildIndex(this.columns)
  readonly #siblings = new Siblings()
  readonly #key = new NameKey()

  constructor() {
    this.columns.add(this.#key.of(''), -1, FOLDER_FACTS)
    this.#folders.set(TOP, newFolder(undefined))
  }

  /** The slot of the entry at `path`; '' is the top. */
  find(path: string): number | undefined {
    if (path === '') return TOP
    let slot: number | undefined = TOP
    for (let start = 0; start <= path.length && slot !== undefined; ) {
      const slash = path.indexOf('/', start)
      const end = slash < 0 ? path.length : slash
      slot = this.child(slot, path.slice(start, end))
      start = end + 1
    }
    return slot
  }

  /** A folder's own data; undefined for a file. */
  folder(slot: number): Folder | undefined {
    return this.#folders.get(slot)
  }

  /** What has this name in a folder. */
  child(parent: number, name: string | NameKey): number | undefined {
    return this.#children.find(parent, this.#keyOf(name))
  }

  /** What is in a folder; nothing for a file. A copy: it may change meanwhile. */
  childrenOf(slot: number): number[] {
    const folder = this.#folders.get(slot)
    return folder ? this.#siblings.of(folder) : []
  }

  /** Makes room for so many entries. */
  reserve(entries: number): void {
    this.columns.reserve(entries)
    this.roots.reserve(entries)
    this.#children.reserve(entries)
    this.#siblings.reserve(entries)
  }

  path(slot: number): string {
    let path = this.columns.name(slot)
    for (let at = this.columns.parent(slot); at > TOP; at = this.columns.parent(at)) {
      path = `${this.columns.name(at)}/${path}`
    }
    return path
  }

  /** The entry directly below the top that this one belongs to. */
  topOf(slot: number): number {
    let at = slot
    for (let up = this.columns.parent(at); up > TOP; up = this.columns.parent(up)) at = up
    return at
  }

  /** A new entry in a folder that has none of that name. */
  add(parent: number, name: string | NameKey, facts: Facts | PackedFacts): number {
    const into = this.#folders.get(parent)
    const key = this.#keyOf(name)
    const slot = this.columns.add(key, parent, facts)
    this.#children.add(slot, parent, key)
    if (into) this.#siblings.append(into, slot)
    if (facts.folder) this.#folders.set(slot, newFolder(into))
    this.roots.add(slot)
    this.#addUp(into, this.#counts(slot), 1, 1)
    return slot
  }

  /** New facts for an entry that stays of its type. */
  update(slot: number, facts: Facts | PackedFacts): void {
    const into = this.#folders.get(this.columns.parent(slot))
    this.#addUp(into, this.#counts(slot), -1, 0)
    this.roots.remove(slot)
    this.columns.set(slot, facts)
    this.roots.add(slot)
    this.#addUp(into, this.#counts(slot), 1, 0)
  }

  /** Takes away an entry and all below it; `gone` is called for each while it is still there. */
  remove(slot: number, gone: (slot: number) => void): void {
    const into = this.#folders.get(this.columns.parent(slot))
    const folder = this.#folders.get(slot)
    const counts = folder ?? this.#counts(slot)
    this.#addUp(into, counts, -1, -1 - (folder?.entries ?? 0))
    if (into) this.#siblings.remove(into, slot)
    for (const below of [...this.below(slot)].reverse()) this.#drop(below, gone)
    this.#drop(slot, gone)
  }

  /** All slots below a folder, each folder before what is in it. */
  *below(slot: number): Generator<number> {
    const waiting = this.childrenOf(slot).reverse()
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      yield at
      for (const child of this.childrenOf(at).reverse()) waiting.push(child)
    }
  }

  #drop(slot: number, gone: (slot: number) => void): void {
    gone(slot)
    this.roots.remove(slot)
    this.#children.remove(slot)
    this.#folders.delete(slot)
    this.columns.remove(slot)
  }

  #keyOf(name: string | NameKey): NameKey {
    return typeof name === 'string' ? this.#key.of(name) : name
  }

  #counts(slot: number): Counts {
    const { columns } = this
    if (!columns.isFetchable(slot)) return NO_COUNTS
    const bytes = columns.size(slot)
    const known = bytes === 0 || columns.hasRoot(slot)
    return { files: 1, bytes, hashed: known ? 1 : 0, hashedBytes: known ? bytes : 0 }
  }

  #addUp(from: Folder | undefined, counts: Counts, sign: 1 | -1, entries: number): void {
    for (let folder = from; folder; folder = folder.parent) {
      folder.files += sign * counts.files
      folder.bytes += sign * counts.bytes
      folder.hashed += sign * counts.hashed
      folder.hashedBytes += sign * counts.hashedBytes
      folder.entries += entries
      if (!folder.sorted?.byNames || (folder === from && entries !== 0)) folder.sorted = undefined
    }
  }
}

function newFolder(parent: Folder | undefined): Folder {
  return {
    parent,
    ...noChildren(),
    files: 0,
    bytes: 0,
    hashed: 0,
    hashedBytes: 0,
    entries: 0,
    sorted: undefined,
  }
}
