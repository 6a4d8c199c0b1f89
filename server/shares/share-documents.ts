import type { PeerId } from '../../core/identity/index.js'
import type { SearchIndex } from '../../core/search/index.js'
import type { WireEntry } from '../../core/wire/index.js'
import { packEntries, unpackEntries } from '../store/pack-entries.js'
import type { DocumentKey, ShareDocument, ShareWrite } from '../store/registry-store.js'
import { ChunkColumn, MOST_CHUNKS, NEW } from './chunk-column.js'

/** Entries a document holds at most. */
const MOST_ENTRIES = 500
const NONE = -1

interface Loaded {
  readonly owner: PeerId
  readonly folder: string
  entries: number
  chunks: number
}

interface Dirty {
  /** Chunks to write anew, by folder; those of new entries are found when they are written. */
  readonly folders: Map<string, Set<number>>
  /** Folders that are gone, with the chunks they had. */
  readonly gone: Map<string, number>
}

/**
 * Knows in which documents of the store a share's entries lie, and makes anew those that changed. An entry stays in
 * the chunk of its folder that it was put into; new ones fill the last chunk, so that a folder that comes a delta at a
 * time is written once. What is to be written stays so until `written` says that it was.
 */
export class ShareDocuments {
  readonly #index: SearchIndex
  readonly #chunks = new ChunkColumn()
  readonly #dirty = new Map<PeerId, Dirty>()
  /** While loading: what documents held, by `owner/folder`. */
  readonly #loaded = new Map<string, Loaded>()

  constructor(index: SearchIndex) {
    this.#index = index
  }

  /** Takes over a stored document. */
  load({ owner, folder, chunk, entries: packed }: ShareDocument): void {
    const { entries, bad } = unpackEntries(folder, packed)
    const key = `${owner}/${folder}`
    const loaded = this.#loaded.get(key) ?? { owner, folder, entries: 0, chunks: 0 }
    // A row that was bad never lay here: the count then differs, and the folder is written anew.
    loaded.entries += entries.length + bad
    loaded.chunks = Math.max(loaded.chunks, chunk + 1)
    this.#loaded.set(key, loaded)
    for (const entry of entries) this.#chunks.set(this.#index.put(owner, entry), chunk)
  }

  /** All documents are loaded; gives the owners with folders whose documents must be written anew. */
  loaded(): readonly PeerId[] {
    for (const { owner, folder, entries, chunks } of this.#loaded.values()) {
      if (this.#children(owner, folder).length === entries) continue
      for (let chunk = 0; chunk < chunks; chunk++) this.#mark(owner, folder, chunk)
    }
    this.#loaded.clear()
    return [...this.#dirty.keys()]
  }

  /** Adds an entry or takes over what it says. */
  put(owner: PeerId, entry: WireEntry): void {
    const { columns } = this.#index
    this.#markFileOnTheWay(owner, entry.path)
    const known = this.#index.rowOf(owner, entry.path)
    const isKnown = known !== NONE && !columns.isImplicit(known)
    const isFolder = known !== NONE && columns.isFolder(known)
    if (isFolder && entry.type === 'file') this.#forgetFolders(owner, known)
    if (isKnown) this.#mark(owner, folderOf(entry.path), this.#chunks.get(known))
    const row = this.#index.put(owner, entry)
    if (isKnown && isFolder === (entry.type === 'folder')) return
    this.#chunks.set(row, NEW)
    this.#mark(owner, folderOf(entry.path), NEW)
  }

  /** Removes an entry, a folder with all below it, in slices. '' is the whole share. */
  *removing(owner: PeerId, path: string): Generator<void> {
    const row = this.#index.rowOf(owner, path)
    if (row === NONE) return
    if (path !== '') this.#markEntry(owner, path, row)
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

  /** The entries of these chunks of a folder; chunks that new entries are put into become some of them. */
  #pack(owner: PeerId, folder: string, wanted: Set<number>): Map<number, WireEntry[]> {
    const rows = this.#children(owner, folder)
    this.#place(rows, wanted)
    const packed = new Map<number, WireEntry[]>()
    for (const chunk of wanted) packed.set(chunk, [])
    for (const row of rows) packed.get(this.#chunks.get(row))?.push(this.#entry(row))
    return packed
  }

  /** Puts new entries into the last chunk, then into those half empty, then into further ones. */
  #place(rows: readonly number[], wanted: Set<number>): void {
    const counts: number[] = []
    const fresh: number[] = []
    for (const row of rows) {
      const chunk = this.#chunks.get(row)
      if (chunk === NEW) fresh.push(row)
      else counts[chunk] = (counts[chunk] ?? 0) + 1
    }
    const count = (chunk: number) => counts[chunk] ?? 0
    let chunk = Math.max(0, counts.length - 1)
    let looked = 0
    for (const row of fresh) {
      if (count(chunk) >= MOST_ENTRIES) {
        while (looked < counts.length && count(looked) > MOST_ENTRIES / 2) looked++
        chunk = Math.min(looked, MOST_CHUNKS - 1)
      }
      this.#chunks.set(row, chunk)
      counts[chunk] = count(chunk) + 1
      wanted.add(chunk)
    }
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

  #markEntry(owner: PeerId, path: string, row: number): void {
    this.#mark(owner, folderOf(path), this.#chunks.get(row))
  }

  /** A file that the entry's folders take the place of goes from its document. */
  #markFileOnTheWay(owner: PeerId, path: string): void {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const row = this.#index.rowOf(owner, path.slice(0, cut))
      if (row === NONE) continue
      if (!this.#index.columns.isFolder(row)) this.#markEntry(owner, path.slice(0, cut), row)
      return
    }
  }

  #mark(owner: PeerId, folder: string, chunk: number): void {
    const { folders } = this.#dirtyOf(owner)
    const chunks = folders.get(folder) ?? new Set()
    if (chunk !== NEW) chunks.add(chunk)
    folders.set(folder, chunks)
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
      let chunks = Math.max(0, ...[...(dirty.folders.get(path) ?? [])].map(chunk => chunk + 1))
      for (let row = columns.firstChild(folder); row !== NONE; row = columns.nextSibling(row)) {
        if (columns.isFolder(row)) folders.push(row)
        const chunk = this.#chunks.get(row)
        if (chunk !== NEW && !columns.isImplicit(row)) chunks = Math.max(chunks, chunk + 1)
        if (++steps % 5_000 === 0) yield
      }
      dirty.gone.set(path, Math.max(dirty.gone.get(path) ?? 0, chunks))
      dirty.folders.delete(path)
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

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
