import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ConflictRule } from '../../api/index.js'
import { hasLayer } from '../../content/index.js'
import { type PlainError, toPlainError } from '../../errors/index.js'
import type { Root } from '../../manifest/index.js'
import { localName } from '../../paths/index.js'
import type { Catalog } from '../catalog.js'
import type { DownloadPool } from '../download-pool.js'
import { targetPath } from '../entry-target.js'
import { PAGE_ENTRIES } from '../journal.js'
import type { TransferRecord } from '../journal-records.js'
import type { Numbers } from '../numbers.js'
import { meaningOf } from '../outcome.js'
import { partialPath } from '../partial-path.js'
import type { PlannedEntry } from '../plan.js'
import type { RunTasks } from '../run-tasks.js'
import type { TransferJournal } from '../transfer-journal.js'
import type { PlanEntries } from '../work.js'
import type { LocalFile, LocalResult, Replace, Seen } from '../worker/protocol.js'
import { conflictEnd, sameContent } from './conflict.js'
import type { PlacedFiles } from './placed-files.js'
import { Twins } from './twins.js'

/** Small files that are compared or copied at once in a worker. */
const FILES_AT_ONCE = 32
/** Pages of entries between two looks at the rest of the program. */
const PAGES_A_TURN = 4

/** What the entries of one run share with it. */
export interface LocalEntriesOptions {
  readonly transfer: number
  readonly tasks: RunTasks
  readonly deps: {
    readonly pool: DownloadPool
    readonly notes: TransferJournal
    readonly catalog: Catalog
    readonly numbers: Numbers
    readonly placed: PlacedFiles
    /** Whether what may be executed at its owner may be here, too. */
    keepExecutable(): boolean
    /** A file of the share that has this content. */
    localCopyOf(root: Root): string | undefined
    changed(): void
  }
  /** Whether pieces of it were fetched by an earlier run: then it is fetched to its end. */
  isBegun(entry: number): boolean
  /** An entry that was held back is to be fetched. */
  comeBack(entry: number): void
  /** An entry can't be placed. */
  refused(entry: number, error: PlainError): void
  /** There may be something to do next. */
  turn(): void
}

/**
 * The entries of one run, as far as it is known that they are not on this machine: each is looked for at its place,
 * in the share and among what was downloaded before it is given to the plan to be fetched.
 */
export class LocalEntries implements PlanEntries {
  readonly #options: LocalEntriesOptions
  readonly #rule: ConflictRule
  readonly #isFirstRun: boolean
  readonly #twins = new Twins()
  /** Being compared or copied, with the bytes read. */
  readonly #held = new Map<number, number>()
  /** They can't be placed. */
  readonly #left = new Set<number>()
  readonly #replace = new Map<number, Replace>()
  readonly #queue: LocalFile[] = []
  readonly #seen = new Map<number, readonly Seen[]>()
  #working = 0
  #count = 0
  #looking = false
  #stopped = false

  constructor(options: LocalEntriesOptions) {
    this.#options = options
    const { notes, placed } = options.deps
    this.#rule = notes.record.onConflict ?? 'keep-both'
    this.#isFirstRun = placed.isFirstRun(notes.record)
  }

  /** So many entries may be fetched, or are here. */
  get count(): number {
    return this.#count
  }

  at(index: number): PlannedEntry {
    return this.#options.deps.catalog.at(index)
  }

  isDone(index: number): boolean {
    return this.#held.has(index) || this.#left.has(index) || this.#options.deps.catalog.isDone(index)
  }

  /** Whether entries are being looked for. */
  get busy(): boolean {
    return this.#looking || this.#held.size > 0 || this.#count < this.#options.deps.catalog.count
  }

  /** Whether all that is left to look for waits for an entry of the same content. */
  get onlyTwinsWait(): boolean {
    return !this.#looking && this.#working === 0 && this.#queue.length === 0
  }

  /** Whether nothing but its own can be at the places: they are in a folder that the download made. */
  get fresh(): boolean {
    return isFresh(this.#options.deps.notes.record)
  }

  /** Looks for more of the entries. */
  look(): void {
    const { catalog } = this.#options.deps
    for (let pages = 0; !this.#looking && !this.#stopped && this.#count < catalog.count; pages++) {
      const end = Math.min(catalog.count, this.#count + PAGE_ENTRIES)
      const entries: number[] = []
      for (let entry = this.#count; entry < end; entry++) {
        if (!catalog.isDone(entry) && catalog.at(entry).type === 'file') entries.push(entry)
      }
      if ((this.fresh && this.#isFirstRun) || entries.length === 0) {
        for (const entry of entries) this.#decide(entry, [])
        this.#count = end
        if (pages === PAGES_A_TURN) this.#lookOn(nextTurn())
      } else this.#lookOn(this.#lookAt(entries, end))
    }
    this.#work()
  }

  /** An entry was placed: others of the same content are copied from it. */
  placed(entry: number, name?: string): void {
    const { notes, catalog, placed } = this.#options.deps
    const about = catalog.at(entry)
    if (!about.root || about.type === 'folder') return
    const path = withName(targetPath(notes.record, about), name)
    const full = join(notes.record.folder, path)
    placed.add(full, { root: about.root, size: about.size, mtime: about.mtime })
    const waiting = this.#twins.placed(entry)
    for (const twin of waiting) this.#hold(twin, about.root, { same: [], copies: [full] })
    if (waiting.length > 0) this.#work()
  }

  /** Nothing more is fetched: what waited for the same content is asked for itself. Whether there was any. */
  releaseTwins(): boolean {
    const waiting = this.#twins.release()
    for (const twin of waiting) this.#release(twin)
    return waiting.length > 0
  }

  /** Takes how far a worker has read a file. */
  progress(entry: number, bytes: number): void {
    if (!this.#held.has(entry)) return
    this.#held.set(entry, bytes)
    this.#countBytes()
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    const { pool, numbers } = this.#options.deps
    if (this.#working > 0) {
      for (let worker = 0; worker < pool.size; worker++)
        void pool.worker(worker).stopLocal.asEvent(this.#options.transfer)
    }
    numbers.local = 0
  }

  #lookOn(after: Promise<void>): void {
    this.#looking = true
    const goOn = () => {
      this.#looking = false
      if (!this.#stopped) this.#options.turn()
    }
    this.#options.tasks.add(after.then(goOn))
  }

  async #lookAt(entries: readonly number[], end: number): Promise<void> {
    const { pool, notes, placed } = this.#options.deps
    const { record } = notes
    await placed.flush()
    const items = entries.map(entry => ({ entry, path: wantedPath(record, this.at(entry)) }))
    const found = await pool.worker(0).lookAt(record.folder, items)
    if (this.#stopped) return
    for (const { entry, there, error } of found) {
      if (error) this.#leaveOut(entry, error)
      else this.#decide(entry, there)
    }
    this.#count = end
  }

  /** Compares what is there without reading it, and lets what is left be read, copied or fetched. */
  #decide(entry: number, there: readonly Seen[]): void {
    const { root, size } = this.at(entry)
    if (this.#options.isBegun(entry)) {
      this.#conflict(entry, there)
      return
    }
    const { same, unread } = sameContent({ size, there }, root, seen => this.#rootOf(entry, seen))
    if (same) this.#done(entry, same.name)
    else if (root && unread.length > 0) {
      this.#seen.set(entry, there)
      this.#hold(entry, root, { same: unread.map(({ name }) => name), copies: [] })
    } else this.#lookElsewhere(entry, there)
  }

  /** It is not at its place: it is copied from elsewhere, or fetched, or, by the rule, left as it is. */
  #lookElsewhere(entry: number, there: readonly Seen[]): void {
    if (!this.#conflict(entry, there)) return
    const { root, size } = this.at(entry)
    const copies = root ? this.#copiesOf(root, size) : []
    if (root && copies.length > 0) this.#hold(entry, root, { same: [], copies })
    else this.#fetchOnce(entry)
  }

  /** Of several that are the same one is fetched; the others wait for it. */
  #fetchOnce(entry: number): void {
    const { root } = this.at(entry)
    if (!root || this.#twins.isFirst(root, entry)) this.#release(entry)
    else this.#held.set(entry, 0)
  }

  /** Whether the entry is to be had. */
  #conflict(entry: number, there: readonly Seen[]): boolean {
    const [first] = there
    const { update } = this.#options.deps.notes.record
    const untouched = update === true && first !== undefined && this.#rootOf(entry, first) !== undefined
    const end = conflictEnd({ there, rule: this.#rule, untouched })
    if (end.kind === 'skip') {
      this.#setDone(entry)
      return false
    }
    if (end.replace) this.#replace.set(entry, end.replace)
    return true
  }

  /** What an earlier download put there, where it is still that. */
  #rootOf(entry: number, { name, stamp }: Seen): Root | undefined {
    return this.#options.deps.placed.rootAt(this.#pathBeside(entry, name), stamp)
  }

  #copiesOf(root: Root, size: number): string[] {
    const { placed, localCopyOf } = this.#options.deps
    const copies = [localCopyOf(root), placed.pathOf(root, size)]
    return copies.filter(path => path !== undefined)
  }

  #hold(entry: number, root: Root, where: Pick<LocalFile, 'same' | 'copies'>): void {
    const { transfer, deps } = this.#options
    const { record } = deps.notes
    this.#held.set(entry, 0)
    const about = this.at(entry)
    this.#queue.push({
      transfer,
      entry,
      root,
      size: about.size,
      tmp: partialPath(record.tmp, entry),
      target: {
        base: record.folder,
        path: targetPath(record, about),
        mtime: about.mtime,
        ...this.extras(entry),
      },
      ...where,
    })
  }

  /** What a place is told beside its path. */
  extras(entry: number): { readonly replace?: Replace; readonly exec?: true } {
    const replace = this.#replace.get(entry)
    const exec = this.at(entry).exec === true && this.#options.deps.keepExecutable()
    return { ...(replace && { replace }), ...(exec && { exec }) }
  }

  #work(): void {
    const { pool } = this.#options.deps
    while (!this.#stopped && this.#working < pool.size) {
      const group = this.#nextGroup()
      if (group.length === 0) return
      this.#working++
      const worker = this.#working % pool.size
      this.#options.tasks.add(this.#find(worker, group))
    }
  }

  /** Small ones together, a big one alone. */
  #nextGroup(): LocalFile[] {
    const [first] = this.#queue
    if (!first) return []
    if (hasLayer(first.size)) return this.#queue.splice(0, 1)
    let count = 1
    while (count < FILES_AT_ONCE && count < this.#queue.length && !hasLayer(this.#queue[count]?.size ?? 0))
      count++
    return this.#queue.splice(0, count)
  }

  async #find(worker: number, files: readonly LocalFile[]): Promise<void> {
    const { pool } = this.#options.deps
    let results: readonly LocalResult[]
    try {
      results = await pool.worker(worker).findHere(files)
    } catch (error) {
      results = files.map(() => ({ kind: 'failed', error: toPlainError(error) }))
    }
    this.#working--
    if (this.#stopped) return
    files.forEach((file, i) => {
      const result = results[i]
      if (result) this.#take(file, result)
    })
    this.#countBytes()
    this.#work()
    this.#options.turn()
  }

  #take({ entry, root, copies }: LocalFile, result: LocalResult): void {
    switch (result.kind) {
      case 'copied':
        this.#forget(root, result.wrong)
        this.#done(entry, result.name)
        return
      case 'same':
        this.#done(entry, result.name)
        return
      case 'failed':
        if (meaningOf(result.error.code) === 'ask-again') this.#release(entry)
        else this.#leaveOut(entry, result.error)
        return
      case 'absent': {
        this.#forget(root, result.wrong)
        const there = this.#seen.get(entry) ?? []
        this.#seen.delete(entry)
        if (copies.length > 0) this.#fetchOnce(entry)
        else this.#lookElsewhere(entry, there)
      }
    }
  }

  #forget(root: Root, paths: readonly string[]): void {
    for (const path of paths) this.#options.tasks.add(this.#options.deps.placed.forget(root, path))
  }

  #leaveOut(entry: number, error: PlainError): void {
    this.#held.delete(entry)
    this.#left.add(entry)
    this.#options.refused(entry, error)
  }

  #release(entry: number): void {
    this.#held.delete(entry)
    this.#options.comeBack(entry)
  }

  #done(entry: number, name: string): void {
    const { notes, numbers } = this.#options.deps
    numbers.reused += this.at(entry).size
    if (this.at(entry).path === '') notes.change({ targetName: name })
    this.#setDone(entry)
    this.placed(entry, name)
  }

  #setDone(entry: number): void {
    const { catalog, notes, changed } = this.#options.deps
    this.#held.delete(entry)
    this.#seen.delete(entry)
    catalog.setDone(entry)
    notes.commitSoon()
    changed()
  }

  #countBytes(): void {
    let bytes = 0
    for (const read of this.#held.values()) bytes += read
    this.#options.deps.numbers.local = bytes
    this.#options.deps.changed()
  }

  #pathBeside(entry: number, name: string): string {
    const { record } = this.#options.deps.notes
    return join(record.folder, withName(wantedPath(record, this.at(entry)), name))
  }
}

/** Whether nothing was at the places when the download's own was decided. */
function isFresh({ type, targetMade, targetName, name, onConflict }: TransferRecord): boolean {
  if (type === 'folder') return targetMade
  return targetName === localName(name) && (onConflict ?? 'keep-both') === 'keep-both'
}

/** Where an entry would be if its place were free: a file that is the download may have a number already. */
function wantedPath(record: TransferRecord, entry: PlannedEntry): string {
  return entry.path === '' ? localName(record.name) : targetPath(record, entry)
}

function withName(path: string, name: string | undefined): string {
  return name === undefined ? path : `${path.slice(0, path.lastIndexOf('/') + 1)}${name}`
}
