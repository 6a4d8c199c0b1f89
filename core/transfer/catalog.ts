import { PeerError } from '../errors/index.js'
import type { Root } from '../manifest/index.js'
import { remotePathFault } from '../paths/index.js'
import { type Journal, PAGE_ENTRIES } from './journal.js'
import { journalCorrupt } from './journal-records.js'
import type { PlannedEntry } from './plan.js'
import type { PlanEntries } from './work.js'

/** Pages of entries held in memory besides those not yet journaled. */
const PAGES_HELD = 32

/** What of a catalog is to be journaled. */
export interface CatalogChanges {
  readonly pages: ReadonlyMap<number, readonly PlannedEntry[]>
  readonly done: ReadonlyMap<number, Buffer>
}

/**
 * The entries of one transfer and which of them are placed. Entries are held a few pages at a time and read
 * from the journal when asked for, so that a million of them need no memory for each.
 */
export class Catalog implements PlanEntries {
  readonly #id: string
  readonly #journal: Journal
  readonly #pages = new Map<number, PlannedEntry[]>()
  readonly #newPages = new Set<number>()
  /** Pages on their way to the journal: it can't be asked for them yet. */
  readonly #writing = new Map<number, number>()
  readonly #done: Buffer[] = []
  readonly #newDone = new Set<number>()
  #count: number
  #files = 0
  #bytes = 0
  #doneFiles = 0
  #doneBytes = 0

  /** A catalog of `count` journaled entries; 0 for a new one. JOURNAL_CORRUPT when they can't be read. */
  constructor(journal: Journal, id: string, count: number) {
    this.#journal = journal
    this.#id = id
    this.#count = count
    for (let page = 0; page * PAGE_ENTRIES < count; page++) {
      const bits = Buffer.from(journal.doneBits(id, page) ?? Buffer.alloc(PAGE_ENTRIES / 8))
      this.#done.push(bits)
      this.#countPage(page)
    }
  }

  get count(): number {
    return this.#count
  }

  get files(): number {
    return this.#files
  }

  get bytes(): number {
    return this.#bytes
  }

  get doneFiles(): number {
    return this.#doneFiles
  }

  get doneBytes(): number {
    return this.#doneBytes
  }

  at(index: number): PlannedEntry {
    const entry = this.#page(Math.floor(index / PAGE_ENTRIES))[index % PAGE_ENTRIES]
    if (!entry) throw journalCorrupt()
    return entry
  }

  isDone(index: number): boolean {
    const bits = this.#done[Math.floor(index / PAGE_ENTRIES)]
    const at = index % PAGE_ENTRIES
    return bits !== undefined && ((bits[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0
  }

  /** The first file that is not placed and has a root. */
  firstMissing(): number | undefined {
    for (let entry = 0; entry < this.#count; entry++) {
      if (!this.isDone(entry) && this.at(entry).root) return entry
    }
    return undefined
  }

  /** Appends an entry; BAD_PATH when its path can't be one. */
  append(entry: PlannedEntry): void {
    const fault = entry.path === '' && this.#count === 0 ? undefined : remotePathFault(entry.path)
    if (fault) throw new PeerError('BAD_PATH', `An entry of this download can't be used: its path ${fault}.`)
    const number = Math.floor(this.#count / PAGE_ENTRIES)
    if (this.#count % PAGE_ENTRIES === 0) {
      this.#pages.set(number, [])
      this.#done.push(Buffer.alloc(PAGE_ENTRIES / 8))
    }
    this.#page(number).push(entry)
    this.#newPages.add(number)
    this.#count++
    this.#add(entry)
  }

  /** Notes the root that an entry's owner has made meanwhile, and the size it has now. */
  setRoot(index: number, root: Root, size: number): void {
    const page = this.#page(Math.floor(index / PAGE_ENTRIES))
    const old = this.at(index)
    page[index % PAGE_ENTRIES] = { ...old, root, size }
    this.#newPages.add(Math.floor(index / PAGE_ENTRIES))
    this.#bytes += size - old.size
  }

  /** Notes that an entry is placed. */
  setDone(index: number): void {
    if (this.isDone(index)) return
    const page = Math.floor(index / PAGE_ENTRIES)
    const at = index % PAGE_ENTRIES
    const bits = this.#done[page]
    if (!bits) return
    bits[at >> 3] = (bits[at >> 3] ?? 0) | (0x80 >> (at & 7))
    this.#newDone.add(page)
    this.#addDone(this.at(index))
  }

  /** What has changed since the last call. The caller tells by `settle` how its commit went. */
  takeChanges(): CatalogChanges {
    const pages = new Map([...this.#newPages].map(page => [page, [...this.#page(page)]] as const))
    const done = new Map([...this.#newDone].map(page => [page, Buffer.from(this.#done[page] ?? [])] as const))
    for (const page of this.#newPages) this.#writing.set(page, (this.#writing.get(page) ?? 0) + 1)
    this.#newPages.clear()
    this.#newDone.clear()
    return { pages, done }
  }

  /** What was taken is journaled, or could not be and is to be taken again. */
  settle(changes: CatalogChanges, journaled: boolean): void {
    for (const page of changes.pages.keys()) {
      const left = (this.#writing.get(page) ?? 0) - 1
      if (left > 0) this.#writing.set(page, left)
      else this.#writing.delete(page)
      if (!journaled) this.#newPages.add(page)
    }
    if (!journaled) for (const page of changes.done.keys()) this.#newDone.add(page)
  }

  #page(number: number): PlannedEntry[] {
    const held = this.#pages.get(number)
    if (held) return held
    const read = this.#journal.page(this.#id, number)
    if (read.length !== Math.min(PAGE_ENTRIES, this.#count - number * PAGE_ENTRIES)) throw journalCorrupt()
    for (const old of this.#pages.keys()) {
      if (this.#pages.size < PAGES_HELD) break
      if (this.#journaled(old)) this.#pages.delete(old)
    }
    this.#pages.set(number, read)
    return read
  }

  /** Whether a page can be read again: it is whole and has no change that is not journaled. */
  #journaled(page: number): boolean {
    if (this.#newPages.has(page) || this.#writing.has(page)) return false
    return (page + 1) * PAGE_ENTRIES <= this.#count
  }

  #countPage(page: number): void {
    this.#page(page).forEach((entry, at) => {
      this.#add(entry)
      if (this.isDone(page * PAGE_ENTRIES + at)) this.#addDone(entry)
    })
  }

  #add(entry: PlannedEntry): void {
    if (entry.type === 'folder') return
    this.#files++
    this.#bytes += entry.size
  }

  #addDone(entry: PlannedEntry): void {
    if (entry.type === 'folder') return
    this.#doneFiles++
    this.#doneBytes += entry.size
  }
}
