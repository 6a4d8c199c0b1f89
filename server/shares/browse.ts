import { PeerError } from '../../core/errors/index.js'
import type { PeerId } from '../../core/identity/index.js'
import {
  cutPage,
  type ListedEntry,
  type ListOrder,
  type Page,
  PageBuilder,
  type ShareVersion,
  sortListing,
} from '../../core/manifest/index.js'
import type { EntryColumns, SearchIndex } from '../../core/search/index.js'
import { type BrowseAnswer, type BrowseRequest, LIMITS } from '../../core/wire/index.js'

const NONE = -1
/** Sorted folders that are kept for their next page. */
const KEPT_LISTS = 64
/** Folders of fewer entries are sorted anew each time. */
const SORTED_AT_ONCE = 300

/** Whose share is listed. */
interface Sharer {
  readonly id: PeerId
  readonly name: string
  readonly version: ShareVersion | undefined
}

/** A sorted folder, good for one version of one share. */
interface KeptList {
  readonly version: string
  readonly rows: readonly number[]
}

/** Answers pages of folders from the index. */
export class Browser {
  readonly #index: SearchIndex
  readonly #kept = new Map<string, KeptList>()

  constructor(index: SearchIndex) {
    this.#index = index
  }

  /** A page of a person's share; NOT_FOUND for a path that is not in it. */
  browse(person: Sharer, request: BrowseRequest): BrowseAnswer {
    const { path, self = false, deep = false } = request
    const row = this.#index.rowOf(person.id, path)
    const version = person.version ? { version: person.version } : {}
    if (row === NONE && path === '') return { ...version, total: 0, entries: [] }
    const { columns } = this.#index
    if (row === NONE || (!self && !columns.isFolder(row))) throw notFound(person, path)
    const page = self
      ? { total: 1, entries: [line(columns, row, path)] }
      : deep
        ? this.#deep(row, request)
        : this.#list(person, row, request)
    return { ...version, total: page.total, entries: page.entries.map(entry => ({ ...entry })) }
  }

  #list(person: Sharer, folder: number, request: BrowseRequest): Page {
    const { path, offset, limit } = request
    const rows = this.#sorted(person, folder, request)
    const prefix = path === '' ? '' : `${path}/`
    const { columns } = this.#index
    const cut = { offset, limit, maxBytes: LIMITS.pageBytes }
    return cutPage(rows, cut, row => line(columns, row, prefix + columns.name(row)))
  }

  #sorted(person: Sharer, folder: number, { path, sort, descending }: BrowseRequest): readonly number[] {
    const { columns } = this.#index
    const order: ListOrder = { ...(sort ? { sort } : {}), ...(descending ? { descending } : {}) }
    if (columns.below(folder) <= SORTED_AT_ONCE) return sortRows(columns, folder, order)
    const key = `${person.id}/${path}/${sort ?? 'name'} ${descending ?? false}`
    const version = `${person.version?.epoch} ${person.version?.n} ${this.#index.changesOf(person.id)}`
    const kept = this.#kept.get(key)
    this.#kept.delete(key)
    const list = kept?.version === version ? kept : { version, rows: sortRows(columns, folder, order) }
    this.#kept.set(key, list)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_LISTS) break
      this.#kept.delete(oldest)
    }
    return list.rows
  }

  /** All below a folder in path order; whole folders before the page are passed over by their counts. */
  #deep(top: number, { path, offset, limit }: BrowseRequest): Page {
    const { columns } = this.#index
    const page = new PageBuilder({ offset, limit, maxBytes: LIMITS.pageBytes })
    let skip = offset
    const walk = (folder: number, prefix: string): boolean => {
      for (const { row, name } of inPathOrder(columns, folder)) {
        const entries = 1 + (columns.isFolder(row) ? columns.below(row) : 0)
        if (skip >= entries) {
          skip -= entries
          continue
        }
        if (skip > 0) skip--
        else if (!page.add(line(columns, row, prefix + name))) return false
        if (columns.isFolder(row) && !walk(row, `${prefix}${name}/`)) return false
      }
      return true
    }
    walk(top, path === '' ? '' : `${path}/`)
    return { total: columns.below(top), entries: page.entries }
  }
}

function sortRows(columns: EntryColumns, folder: number, order: ListOrder): number[] {
  return sortListing(childrenOf(columns, folder), order, row => ({
    folder: columns.isFolder(row),
    name: columns.name(row),
    size: columns.size(row),
    mtime: columns.mtime(row),
  }))
}

function inPathOrder(columns: EntryColumns, folder: number): readonly { row: number; name: string }[] {
  const children = Array.from(childrenOf(columns, folder), row => ({ row, name: columns.name(row) }))
  return children.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function* childrenOf(columns: EntryColumns, folder: number): Generator<number> {
  for (let row = columns.firstChild(folder); row !== NONE; row = columns.nextSibling(row)) yield row
}

function line(columns: EntryColumns, row: number, path: string): ListedEntry {
  const reason = columns.reason(row)
  const root = columns.root(row)
  const why = reason ? { reason } : {}
  const mtime = columns.mtime(row)
  if (columns.isFolder(row)) {
    return { type: 'folder', path, mtime, files: columns.files(row), bytes: columns.size(row), ...why }
  }
  const exec = columns.isExec(row) ? { exec: true } : {}
  return { type: 'file', path, size: columns.size(row), mtime, ...(root ? { root } : {}), ...exec, ...why }
}

function notFound(person: Sharer, path: string): PeerError {
  return new PeerError('NOT_FOUND', `${person.name} shares nothing at "${path}".`)
}
