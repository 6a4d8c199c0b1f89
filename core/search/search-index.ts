import type { PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import type { SearchAnswer, SearchHit, SearchRequest, WireEntry } from '../wire/index.js'
import type { EntryColumns } from './entry-columns.js'
import { EntryTable, NONE } from './entry-table.js'
import { filterOf } from './filter.js'
import { Finder } from './finder.js'
import { HitGroups } from './hit-groups.js'
import { fittingHits } from './hit-page.js'
import { Owners } from './owners.js'
import { parseQuery } from './query.js'
import { type PersonLookup, ShownPeople } from './shown-people.js'
import { WordIndex } from './word-index.js'

/** How an index is made. */
export interface SearchIndexOptions {
  /** Makes the hashes of names unknown to those who choose them. Default: random. */
  readonly seed?: number
  /** The time of one search, ms; default 40. When it is over, what was found is given as incomplete. */
  readonly budgetMs?: number
  readonly now?: () => number
}

/** How long a removal may go on before it lets others run, in entries. */
const SLICE = 2_000
const MOST_OWNERS_A_HIT = 100

/** Makes an empty index. */
export function createSearchIndex(options: SearchIndexOptions = {}): SearchIndex {
  return new SearchIndex(options)
}

/**
 * The fuzzy index over the paths of many owners' shares. It knows the whole tree of each of them, so that a
 * folder's page and the holders of a root come from here too. Searching does not change it.
 */
export class SearchIndex {
  readonly #table: EntryTable
  readonly #words: WordIndex
  readonly #owners = new Owners()
  readonly #finder: Finder
  readonly #budgetMs: number
  readonly #now: () => number
  readonly #changes = new Map<PeerId, number>()
  #changeCount = 0
  // Entries mostly come folder by folder.
  #lastFolder = { owner: NONE, path: '', row: NONE }

  constructor(options: SearchIndexOptions) {
    const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32)
    this.#table = new EntryTable(seed)
    this.#words = new WordIndex(seed)
    this.#finder = new Finder(this.#table, this.#words)
    this.#budgetMs = options.budgetMs ?? 40
    this.#now = options.now ?? (() => performance.now())
  }

  /** Files and folders of all owners. */
  get size(): number {
    return this.#table.live - this.#owners.all.length
  }

  get columns(): EntryColumns {
    return this.#table
  }

  /** Adds entries, or takes over what they say of paths already known. */
  add(owner: PeerId, entries: Iterable<WireEntry>): void {
    this.#noteChange(owner)
    for (const entry of entries) this.#put(owner, entry)
  }

  /** Adds one entry, or takes over what it says; gives its row. */
  put(owner: PeerId, entry: WireEntry): number {
    this.#noteChange(owner)
    return this.#put(owner, entry)
  }

  /** Removes entries, folders with all below them. Unknown paths are nothing to do. */
  remove(owner: PeerId, paths: Iterable<string>): void {
    for (const path of paths) drain(this.removing(owner, path))
  }

  /** Removes all of an owner. */
  removeOwner(owner: PeerId): void {
    drain(this.removing(owner, ''))
  }

  /** The same as `remove`, in slices, for trees that are big; '' is all of the owner. Keep to it until its end. */
  *removing(owner: PeerId, path: string): Generator<void> {
    const row = this.rowOf(owner, path)
    if (row === NONE) return
    this.#noteChange(owner)
    const parent = this.#table.parent(row)
    for (const step of this.#removeBelow(row)) {
      this.#noteChange(owner)
      yield step
    }
    this.#noteChange(owner)
    this.#removeRow(row)
    if (parent === NONE) {
      this.#owners.remove(owner)
      this.#changes.delete(owner)
    } else this.#removeEmptyImplicit(parent)
  }

  /** A number that is another one after each change of an owner's entries. */
  changesOf(owner: PeerId): number {
    return this.#changes.get(owner) ?? 0
  }

  /** The row of a path, '' being the share itself; -1 where there is none. */
  rowOf(owner: PeerId, path: string): number {
    let row = this.#owners.top(owner)
    if (path === '') return row
    for (const name of path.split('/')) {
      if (row === NONE) return NONE
      row = this.#table.child(row, name)
    }
    return row
  }

  /** What an owner shares, as people count it. */
  counts(owner: PeerId): { readonly files: number; readonly bytes: number; readonly hashed: number } {
    const top = this.#owners.top(owner)
    if (top === NONE) return { files: 0, bytes: 0, hashed: 0 }
    const hashed = this.#table.hashed(this.#owners.number(owner))
    return { files: this.#table.files(top), bytes: this.#table.size(top), hashed }
  }

  /** An entry with this content. */
  withRoot(root: Root): { readonly size: number; readonly name: string } | undefined {
    const number = this.#table.roots.find(root)
    if (number === NONE) return undefined
    const row = this.#table.roots.holder(number)
    return { size: this.#table.size(row), name: this.#table.name(row) }
  }

  /** Who holds this content. */
  owners(root: Root): readonly PeerId[] {
    const number = this.#table.roots.find(root)
    if (number === NONE) return []
    const owners = new Set<PeerId>()
    this.#table.roots.eachHolder(number, row => {
      const id = this.#owners.id(this.#table.owner(row))
      if (id) owners.add(id)
    })
    return [...owners]
  }

  /**
   * One page of hits, best first. No more is looked for once there are more hits than the page needs: the answer is
   * then incomplete, its total what is known. BAD_INPUT for a query that can't be searched for.
   */
  search(request: SearchRequest, people: PersonLookup): SearchAnswer {
    const query = parseQuery(request.query)
    const shown = new ShownPeople(this.#owners, people)
    const owner = request.owner === undefined ? undefined : this.#owners.number(request.owner)
    const sources = {
      isOnline: (number: number) => shown.isOnline(number),
      anyOnline: shown.anyOnline,
      counts: (number: number) =>
        (owner === undefined || number === owner) &&
        (request.online ? shown.isOnline(number) : shown.shows(number)),
    }
    const accepts = filterOf(request, this.#table, this.#owners, shown)
    const end = request.offset + request.limit
    const groups = new HitGroups(this.#table, sources, end)
    let all = true
    for (const level of this.#finder.find(query, accepts, { ms: this.#budgetMs, now: this.#now })) {
      groups.add(level)
      all = groups.total <= end
      if (!all) break
    }
    const hits = groups.best.slice(request.offset).map(row => this.#hit(row, sources.counts, shown))
    return { total: groups.total, complete: all && this.#finder.complete, hits: fittingHits(hits) }
  }

  /** A hit has all who hold its content, whatever they call it. */
  #hit(row: number, counts: (owner: number) => boolean, shown: ShownPeople): SearchHit {
    const table = this.#table
    const root = table.root(row)
    const rows = new Map<number, number>([[table.owner(row), row]])
    if (table.isShared(row)) {
      table.roots.eachHolder(table.rootNumber(row), same => {
        const owner = table.owner(same)
        if (counts(owner) && !rows.has(owner)) rows.set(owner, same)
      })
    }
    const owners = [...rows].flatMap(([owner, at]) => {
      const id = this.#owners.id(owner)
      const person = shown.person(owner)
      return id && person ? [{ id, name: person.name, online: person.online, path: table.path(at) }] : []
    })
    const [first, ...rest] = owners
    rest.sort((a, b) => Number(b.online) - Number(a.online))
    return {
      type: table.isFolder(row) ? 'folder' : 'file',
      path: first?.path ?? table.path(row),
      size: table.size(row),
      mtime: table.mtime(row),
      ...(root ? { root } : {}),
      owners: first ? [first, ...rest].slice(0, MOST_OWNERS_A_HIT) : [],
      ownerCount: owners.length,
    }
  }

  #noteChange(owner: PeerId): void {
    this.#changes.set(owner, ++this.#changeCount)
  }

  #put(owner: PeerId, entry: WireEntry): number {
    const cut = entry.path.lastIndexOf('/')
    const name = entry.path.slice(cut + 1)
    const number = this.#ownerNumber(owner)
    const folder = this.#folder(owner, number, cut < 0 ? '' : entry.path.slice(0, cut))
    const known = this.#table.child(folder, name)
    if (known !== NONE && this.#table.isFolder(known) === (entry.type === 'folder')) {
      this.#table.update(known, name, entry)
      return known
    }
    if (known !== NONE) {
      drain(this.#removeBelow(known))
      this.#removeRow(known)
    }
    const row = this.#table.add(folder, name, number, entry)
    this.#words.add(row, name, entry.type === 'folder')
    return row
  }

  #ownerNumber(owner: PeerId): number {
    const known = this.#owners.number(owner)
    return known === NONE ? this.#owners.add(owner, number => this.#table.addTop(number)) : known
  }

  /** The row of a folder; what is missing on the way, or is a file there, becomes an implicit folder. */
  #folder(owner: PeerId, number: number, path: string): number {
    const last = this.#lastFolder
    if (last.owner === number && last.path === path && last.row !== NONE) return last.row
    let row = this.#owners.top(owner)
    for (const name of path === '' ? [] : path.split('/')) {
      const child = this.#table.child(row, name)
      if (child !== NONE && !this.#table.isFolder(child)) this.#removeRow(child)
      const { entry, made } = this.#table.childFolder(row, name, number)
      if (made) this.#words.add(entry, name, true)
      row = entry
    }
    this.#lastFolder = { owner: number, path, row }
    return row
  }

  /** Removes all below a row, deepest first, a slice at a time. */
  *#removeBelow(top: number): Generator<void> {
    let left = SLICE
    let row = top
    for (;;) {
      const child = this.#table.firstChild(row)
      if (this.#table.isFolder(row) && child !== NONE) {
        row = child
        continue
      }
      if (row === top) return
      const parent = this.#table.parent(row)
      this.#removeRow(row)
      row = parent
      if (--left > 0) continue
      left = SLICE
      yield
    }
  }

  #removeRow(row: number): void {
    this.#lastFolder = { owner: NONE, path: '', row: NONE }
    this.#words.remove(row, this.#table.name(row), this.#table.isFolder(row))
    this.#table.remove(row)
  }

  #removeEmptyImplicit(folder: number): void {
    let row = folder
    while (this.#table.isImplicit(row) && this.#table.firstChild(row) === NONE) {
      const parent = this.#table.parent(row)
      if (parent === NONE) return
      this.#removeRow(row)
      row = parent
    }
  }
}

function drain(steps: Generator<void>): void {
  while (!steps.next().done);
}
