import type { EntryReason } from './entry.js'
import { compareCodeUnits, nameSortKey } from './name-order.js'
import type { Root } from './root.js'

/** A line of a listing: an entry as others see it, a folder with what lies below it. */
export type ListedEntry =
  | {
      readonly type: 'file'
      readonly path: string
      readonly size: number
      readonly mtime: number
      readonly root?: Root
      readonly exec?: boolean
      readonly reason?: EntryReason
    }
  | {
      readonly type: 'folder'
      readonly path: string
      readonly mtime: number
      readonly reason?: EntryReason
      readonly files: number
      readonly bytes: number
    }

/** How a listing is sorted. Folders always come first; what ties is in name order, ascending. */
export interface ListOrder {
  /** Default: name. */
  readonly sort?: 'name' | 'size' | 'mtime'
  readonly descending?: boolean
}

/** What sorting looks at. `size` of a folder: the bytes below it. */
export interface SortFacts {
  readonly folder: boolean
  readonly name: string
  readonly size: number
  readonly mtime: number
}

/** The items in the order asked for; `facts` is called once for each. */
export function sortListing<T>(items: Iterable<T>, order: ListOrder, facts: (item: T) => SortFacts): T[] {
  const rows = Array.from(items, item => {
    const { folder, name, size, mtime } = facts(item)
    return { item, folder, name, key: nameSortKey(name), value: order.sort === 'size' ? size : mtime }
  })
  const sign = order.descending ? -1 : 1
  const byValue = order.sort === 'size' || order.sort === 'mtime'
  rows.sort((a, b) => {
    if (a.folder !== b.folder) return a.folder ? -1 : 1
    const byName = compareCodeUnits(a.key, b.key) || compareCodeUnits(a.name, b.name)
    return byValue ? sign * (a.value - b.value) || byName : sign * byName
  })
  return rows.map(row => row.item)
}

/** Which part of a list is asked for, and how large the answer may be. */
export interface PageCut {
  readonly offset: number
  readonly limit: number
  /** Most bytes of entries, by `entryBytes`; one entry is given whatever its size. Default: no bound. */
  readonly maxBytes?: number
}

/** A part of a list of `total` entries. */
export interface Page<T = ListedEntry> {
  readonly total: number
  readonly entries: readonly T[]
}

/** The page of a whole list that is at hand; `line` makes the entries of the page only. */
export function cutPage<T>(list: ArrayLike<T>, cut: PageCut, line: (item: T) => ListedEntry): Page {
  const page = new PageBuilder(cut)
  for (let i = cut.offset; i < list.length; i++) {
    const item = list[i]
    if (item === undefined || !page.add(line(item))) break
  }
  return { total: list.length, entries: page.entries }
}

/** Collects the entries of one page until its limits are met. */
export class PageBuilder {
  readonly entries: ListedEntry[] = []
  readonly #limit: number
  readonly #maxBytes: number
  #bytes = 0

  constructor({ limit, maxBytes = Number.POSITIVE_INFINITY }: PageCut) {
    this.#limit = limit
    this.#maxBytes = maxBytes
  }

  /** Takes the next entry; false when it doesn't fit any more, and then no further one does. */
  add(entry: ListedEntry): boolean {
    if (this.entries.length >= this.#limit) return false
    this.#bytes += entryBytes(entry.path)
    if (this.#bytes > this.#maxBytes && this.entries.length > 0) return false
    this.entries.push(entry)
    return true
  }
}

/** All of an entry but its path takes less than this on the wire, field names and all. */
const ENTRY_BYTES_WITHOUT_PATH = 192

/** An upper bound of what an entry with this path takes on the wire. */
export function entryBytes(path: string): number {
  return Buffer.byteLength(path) + ENTRY_BYTES_WITHOUT_PATH
}
