import type { PeerId } from '../../core/identity/index.js'
import type { SearchIndex } from '../../core/search/index.js'
import type { WireEntry } from '../../core/wire/index.js'
import { packEntries, unpackEntries } from '../store/pack-entries.js'
import type { DocumentKey, ShareDocument, ShareWrite } from '../store/registry-store.js'

/** Entries a document holds at most. */
const MOST_ENTRIES = 500
/** Names chosen to crowd one chunk only make that chunk bigger, once there are this many. */
const MOST_CHUNKS = 1 << 14
const NONE = -1

interface Dirty {
  /** Chunks to write anew, by folder. */
  readonly folders: Map<string, Set<number>>
  /** Folders that are gone, with the chunks they had. */
  readonly gone: Map<string, number>
}

/**
 * Knows in which documents of the store a share's entries lie, and makes anew those that changed. An entry
 * lies in its folder's chunk number `hash of its name mod chunks`; chunks double when one is full. What is
 * to be written stays so until `written` says that it was.
 */
export class ShareDocuments {
  readonly #index: SearchIndex
  /** Chunks of folders that have more than one, by `owner/folder`; powers of two. */
  readonly #chunks = new Map<string, number>()
  readonly #dirty = new Map<PeerId, Dirty>()
  /** While loading: entries that documents held, by `owner/folder`. */
  readonly #loaded = new Map<string, { owner: PeerId; folder: string; entries: number }>()

  constructor(index: SearchIndex) {
    this.#index = index
  }

  /** Takes over a stored document. */
  load({ owner, folder, chunk, entries: packed }: ShareDocument): void {
    const { entries, bad } = unpackEntries(folder, packed)
    const key = keyOf(owner, folder)
    const chunks = this.#chunks.get(key) ?? 1
    if (chunk >= chunks) this.#chunks.set(key, 2 ** Math.ceil(Math.log2(chunk + 1)))
    const loaded = this.#loaded.get(key)
    // A row that was bad never lay here: the count then differs, and the folder is written anew.
    if (loaded) loaded.entries += entries.length + bad
    else this.#loaded.set(key, { owner, folder, entries: entries.length + bad })
    this.#index.add(owner, entries)
  }

  /** All documents are loaded; gives the owners with folders whose documents must be written anew. */
  loaded(): readonly PeerId[] {
    for (const { owner, folder, entries } of this.#loaded.values()) {
      if (this.#children(owner, folder).length === entries) continue
      for (let chunk = 0; chunk < this.#chunksOf(owner, folder); chunk++) this.#mark(owner, folder, chunk)
    }
    this.#loaded.clear()
    return [...this.#dirty.keys()]
  }

  /** Adds an entry or takes over what it says. */
  put(owner: PeerId, entry: WireEntry): void {
    this.#markFileOnTheWay(owner, entry.path)
    const known = this.#index.rowOf(owner, entry.path)
    if (known !== NONE && this.#index.columns.isFolder(known) && entry.type === 'file') {
      this.#forgetFolders(owner, known)
    }
    this.#index.add(owner, [entry])
    this.#markEntry(owner, entry.path)
  }

  /** Removes an entry, a folder with all below it, in slices. '' is the whole share. */
  *removing(owner: PeerId, path: string): Generator<void> {
    const row = this.#index.rowOf(owner, path)
    if (row === NONE) return
    if (path !== '') this.#markEntry(owner, path)
    if (this.#index.columns.isFolder(row)) yield* this.#forgettingFolders(owner, row)
    yield* this.#index.removing(owner, path)
  }

  /** What must be written for an owner; the documents are of share version `n`. */
  *changes(owner: PeerId, n: number): Generator<void, ShareWrite> {
    const dirty = this.#dirty.get(owner)
    const put: ShareDocument[] = []
    const remove: DocumentKey[] = []
    for (const [folder, chunks] of dirty?.gone ?? []) {
      for (let chunk = 0; chunk < chunks; chunk++) remove.push({ owner, folder, chunk })
    }
    for (const [folder, chunks] of dirty?.folders ?? []) {
      for (const [chunk, entries] of this.#pack(owner, folder, chunks)) {
        if (entries.length === 0) remove.push({ owner, folder, chunk })
        else put.push({ owner, folder, chunk, n, entries: packEntries(entries) })
      }
      yield
    }
    return { put, remove }
  }

  /** The last `changes` of this owner are in the store. */
  written(owner: PeerId): void {
    this.#dirty.delete(owner)
  }

  /** The entries of these chunks of a folder; of all chunks, more of them, when one is too full. */
  #pack(owner: PeerId, folder: string, wanted: ReadonlySet<number>): Map<number, WireEntry[]> {
    const rows = this.#children(owner, folder)
    const before = this.#chunksOf(owner, folder)
    let chunks = before
    while (chunks < MOST_CHUNKS && this.#fullest(rows, chunks) > MOST_ENTRIES) chunks *= 2
    if (chunks > before) this.#chunks.set(keyOf(owner, folder), chunks)
    const packed = new Map<number, WireEntry[]>()
    for (let chunk = 0; chunk < chunks; chunk++) {
      if (chunks > before || wanted.has(chunk)) packed.set(chunk, [])
    }
    for (const row of rows) packed.get(this.#chunkOf(row, chunks))?.push(this.#entry(row))
    return packed
  }

  #fullest(rows: readonly number[], chunks: number): number {
    if (rows.length <= MOST_ENTRIES) return rows.length
    const counts = new Uint32Array(chunks)
    for (const row of rows) {
      const chunk = this.#chunkOf(row, chunks)
      counts[chunk] = (counts[chunk] ?? 0) + 1
    }
    return counts.reduce((most, count) => Math.max(most, count), 0)
  }

  /** Entries directly in a folder that the owner named. */
  #children(owner: PeerId, folder: string): number[] {
    const { firstChild, nextSibling, isImplicit } = bound(this.#index)
    const rows: number[] = []
    const top = this.#index.rowOf(owner, folder)
    for (let row = top === NONE ? NONE : firstChild(top); row !== NONE; row = nextSibling(row)) {
      if (!isImplicit(row)) rows.push(row)
    }
    return rows
  }

  #entry(row: number): WireEntry {
    const { columns } = this.#index
    const reason = columns.reason(row)
    const root = columns.root(row)
    const more = reason ? { reason } : {}
    const path = columns.name(row)
    const mtime = columns.mtime(row)
    if (columns.isFolder(row)) return { type: 'folder', path, mtime, ...more }
    const exec = columns.isExec(row) ? { exec: true } : {}
    return { type: 'file', path, size: columns.size(row), mtime, ...(root ? { root } : {}), ...exec, ...more }
  }

  #chunkOf(row: number, chunks: number): number {
    return this.#index.columns.nameHash(row) & (chunks - 1)
  }

  #chunksOf(owner: PeerId, folder: string): number {
    return this.#chunks.get(keyOf(owner, folder)) ?? 1
  }

  #markEntry(owner: PeerId, path: string): void {
    const row = this.#index.rowOf(owner, path)
    if (row === NONE) return
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    this.#mark(owner, folder, this.#chunkOf(row, this.#chunksOf(owner, folder)))
  }

  /** A file that the entry's folders take the place of goes from its document. */
  #markFileOnTheWay(owner: PeerId, path: string): void {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const row = this.#index.rowOf(owner, path.slice(0, cut))
      if (row === NONE) continue
      if (!this.#index.columns.isFolder(row)) this.#markEntry(owner, path.slice(0, cut))
      return
    }
  }

  #mark(owner: PeerId, folder: string, chunk: number): void {
    const { folders } = this.#dirtyOf(owner)
    const chunks = folders.get(folder)
    if (chunks) chunks.add(chunk)
    else folders.set(folder, new Set([chunk]))
  }

  #dirtyOf(owner: PeerId): Dirty {
    const known = this.#dirty.get(owner)
    if (known) return known
    const dirty = { folders: new Map<string, Set<number>>(), gone: new Map<string, number>() }
    this.#dirty.set(owner, dirty)
    return dirty
  }

  #forgetFolders(owner: PeerId, top: number): void {
    for (const _step of this.#forgettingFolders(owner, top));
  }

  /** Notes that the documents of a folder and of all folders below it go. */
  *#forgettingFolders(owner: PeerId, top: number): Generator<void> {
    const { columns } = this.#index
    const folders = [top]
    let steps = 0
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const path = columns.path(folder)
      const dirty = this.#dirtyOf(owner)
      dirty.gone.set(path, Math.max(dirty.gone.get(path) ?? 0, this.#chunksOf(owner, path)))
      dirty.folders.delete(path)
      this.#chunks.delete(keyOf(owner, path))
      for (let row = columns.firstChild(folder); row !== NONE; row = columns.nextSibling(row)) {
        if (columns.isFolder(row)) folders.push(row)
        if (++steps % 5_000 === 0) yield
      }
    }
  }
}

function bound(index: SearchIndex) {
  const { columns } = index
  return {
    firstChild: (row: number) => columns.firstChild(row),
    nextSibling: (row: number) => columns.nextSibling(row),
    isImplicit: (row: number) => columns.isImplicit(row),
  }
}

function keyOf(owner: PeerId, folder: string): string {
  return `${owner}/${folder}`
}
