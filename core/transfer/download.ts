import { rm, rmdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Failure, Transfer, TransferDetails, TransferPriority } from '../api/index.js'
import { PeerError, type PlainError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import { Catalog } from './catalog.js'
import { DownloadRun } from './download-run.js'
import { journaledBytes } from './journal.js'
import type { TransferRecord } from './journal-records.js'
import { Numbers } from './numbers.js'
import type { RunEnd } from './outcome.js'
import type { PlannedEntry } from './plan.js'
import { Reading } from './reading.js'
import { freeBytes } from './room.js'
import type { RunDeps } from './run-deps.js'
import { transferState } from './state.js'
import { TransferJournal } from './transfer-journal.js'
import { Waiting, type WaitReason } from './waiting.js'

/** Entries listed between two looks at the rest of the program. */
const LIST_TURN = 250

/** What every download needs of the engine. */
export interface DownloadDeps
  extends Pick<
    RunDeps,
    | 'pool'
    | 'journal'
    | 'served'
    | 'placed'
    | 'localCopyOf'
    | 'clock'
    | 'log'
    | 'self'
    | 'chance'
    | 'sourcesOf'
    | 'sourceOf'
    | 'keepExecutable'
  > {
  /** Milliseconds since 1970. */
  date(): number
  /** Its state or numbers are others now. */
  changed(download: Download): void
  /** Which of those that wait for a place it is. */
  placeOf(id: string): number | undefined
  /** It may need a place, or has given one up. */
  placesChanged(): void
}

/** One download over its whole life: what the user wants of it, what it waits for, and its runs. */
export class Download {
  readonly #deps: DownloadDeps
  readonly #notes: TransferJournal
  readonly #catalog: Catalog
  readonly #numbers: Numbers
  /** What is listed and read of it. */
  readonly reading: Reading
  readonly #waiting: Waiting
  #run: DownloadRun | undefined
  /** Someone who may have it came online since the run began. */
  #cameOnline = false
  #closed = false
  #listing: Promise<void> = Promise.resolve()
  /** What follows on the end of a run. */
  #ending: Promise<void> = Promise.resolve()
  /** Whether it is noted durably that all of it is here. */
  #isDone: boolean

  /** JOURNAL_CORRUPT when its entries can't be read. */
  constructor(deps: DownloadDeps, record: TransferRecord) {
    this.#deps = deps
    const over = record.finished || record.wish === 'cancel'
    this.#isDone = record.finished
    this.#catalog = new Catalog(deps.journal, record.id, over ? 0 : record.entries)
    this.#numbers = new Numbers(deps.clock)
    this.#notes = new TransferJournal(record, this.#catalog, {
      journal: deps.journal,
      clock: deps.clock,
      failed: error => this.#journalFailed(toPlainError(error)),
    })
    if (!over) this.#numbers.reused = this.#catalog.doneBytes + this.#keptBytes()
    this.#waiting = new Waiting({
      clock: deps.clock,
      chance: deps.chance,
      isSomeoneThere: () => this.#isSomeoneThere(),
      hasRoom: () => this.#hasRoom(),
      over: () => this.#wake(),
    })
    this.reading = new Reading({
      journal: deps.journal,
      clock: deps.clock,
      catalog: this.#catalog,
      record: () => this.record,
      state: () => this.#state(),
      pieces: entry => this.#run?.pieces(entry),
      wanted: (wish, how) => this.#run?.wanted(wish, how),
    })
  }

  get id(): string {
    return this.#notes.record.id
  }

  get record(): TransferRecord {
    return this.#notes.record
  }

  get running(): boolean {
    return this.#run !== undefined
  }

  /** Whether it would run if there were a place. */
  get wantsPlace(): boolean {
    const { finished, wish, failure } = this.record
    return !this.#run && !this.#closed && !finished && wish === 'run' && !failure && !this.#waiting.reason
  }

  get priority(): TransferPriority {
    return this.record.priority ?? 'normal'
  }

  /** Within its priority, the lower the sooner. */
  get order(): number {
    return this.record.order ?? this.record.createdAt
  }

  /** Whether it is done or was cancelled. */
  get isOver(): boolean {
    return this.record.finished || this.record.wish === 'cancel'
  }

  setOrder(order: number): Promise<void> {
    return order === this.order ? Promise.resolve() : this.#changeQueue({ order })
  }

  setPriority(priority: TransferPriority): Promise<void> {
    return priority === this.priority ? Promise.resolve() : this.#changeQueue({ priority })
  }

  /** Its place in the queue is another one. */
  told(): void {
    this.#changed()
  }

  /** How people see it. */
  snapshot(): Transfer {
    const { id, name, owner, ownerName, offer, createdAt, finishedAt, folder, targetName } = this.record
    const over = this.record.finished || this.record.wish === 'cancel'
    const done = {
      files: this.#catalog.doneFiles,
      bytes: this.#catalog.doneBytes + this.#numbers.partial + this.#numbers.local,
    }
    const files = over ? this.record.files : this.#catalog.files
    const total = over ? this.record.total : this.#catalog.bytes
    const bytes = this.record.finished ? total : done.bytes
    const { fetched, wasted, reused, rate, seconds } = this.#numbers
    const eta = this.#numbers.eta(total - bytes)
    const place = this.#deps.placeOf(id)
    return {
      id,
      direction: 'down',
      name,
      ...(owner && { owner }),
      ...(ownerName !== undefined && { ownerName }),
      ...(offer !== undefined && { offer }),
      ...this.#state(),
      ...(this.priority !== 'normal' && { priority: this.priority }),
      ...(place !== undefined && this.wantsPlace && { place }),
      files,
      filesDone: this.record.finished ? files : done.files,
      bytes,
      total,
      rate,
      ...(eta !== undefined && { eta }),
      fetched,
      wasted,
      reused,
      seconds,
      target: join(folder, targetName),
      createdAt,
      ...(finishedAt !== undefined && { finishedAt }),
    }
  }

  /** What of it changes too often to be told. */
  details(): TransferDetails {
    const { id, finished, total } = this.record
    const verified = this.#catalog.doneBytes + (this.#run?.verifiedBytes ?? 0)
    return {
      id,
      sources: this.#run?.sources() ?? [],
      verified: finished ? total : verified,
      history: this.#numbers.history,
    }
  }

  /** Takes the entries as they are listed. Ones it has already are passed over. */
  list(groups: AsyncIterable<readonly PlannedEntry[]>): Promise<void> {
    const known = new Set<string>()
    for (let entry = 0; entry < this.#catalog.count; entry++) known.add(this.#catalog.at(entry).path)
    this.#listing = this.#list(groups, known).catch(error => {
      if (!this.#closed) this.#fail(toPlainError(error))
    })
    return this.#listing
  }

  /** What the download is of, at its owner; undefined while nothing is listed. */
  get firstRemotePath(): string | undefined {
    return this.#catalog.count > 0 ? this.#catalog.at(0).remotePath : undefined
  }

  /** Whether it is a download of this, at its owner. */
  isAt({ type, remotePath }: PlannedEntry): boolean {
    return this.record.type === type && this.firstRemotePath === remotePath
  }

  /** Whether it does not go on by itself. */
  get isStuck(): boolean {
    return this.record.failure !== undefined || this.#waiting.reason === 'source-changed'
  }

  /**
   * Whether it brings what one who asks for this again wants: the same content, or a folder that is being
   * fetched. One that is stuck has an old list of the folder.
   */
  goesOnWith({ type, size, root }: PlannedEntry): boolean {
    if (type === 'folder') return !this.isStuck
    const first = this.#catalog.at(0)
    return first.size === size && (first.root === undefined || root === undefined || first.root === root)
  }

  /** A crash cut the list, and it can't be made again. */
  listIsCut(): void {
    this.#fail({
      code: 'JOURNAL_CORRUPT',
      message: 'tsPeer stopped while this download was being listed. Remove it and download it again.',
    })
  }

  /** Resolves when all that is known of it is in the journal. */
  noted(): Promise<void> {
    return this.#notes.commit()
  }

  /** Goes to work: the engine has a place for it. */
  start(): void {
    if (!this.wantsPlace) return
    this.#numbers.run(true)
    this.#cameOnline = false
    this.#run = new DownloadRun({
      ...this.#deps,
      // Nobody else is asked for what was offered: that it is here is between the two.
      ...(this.record.offer !== undefined && { sourcesOf: async () => [] }),
      notes: this.#notes,
      catalog: this.#catalog,
      numbers: this.#numbers,
      wishes: this.reading.wishes,
      changed: () => this.#changed(),
      ended: end => {
        this.#ending = this.#ended(end)
      },
    })
    this.#changed()
  }

  async pause(): Promise<void> {
    this.#refuseOver('pause')
    this.#notes.change({ wish: 'pause' })
    await this.#halt()
    await this.#notes.commit()
  }

  async resume(): Promise<void> {
    this.#refuseOver('resume')
    this.#notes.change({ wish: 'run', failure: undefined })
    this.#waiting.startOver()
    this.#wake()
    await this.#notes.commit()
  }

  /** Stops for good; what is whole stays, the rest is deleted. */
  async cancel(): Promise<void> {
    if (this.record.wish === 'cancel') return
    this.#refuseOver('cancel')
    const { files, bytes } = this.#catalog
    this.#notes.change({ wish: 'cancel', files, total: bytes, finishedAt: this.#deps.date() })
    await this.#halt()
    await this.#notes.commit()
    await this.#clear()
    // Only if nothing is in it.
    if (this.record.type === 'folder' && this.record.targetMade) {
      await rmdir(join(this.record.folder, this.record.targetName)).catch(() => {})
    }
  }

  /** Deletes its partial files, and what the journal holds of it. */
  async forget(): Promise<void> {
    this.reading.close(new PeerError('NOT_FOUND', 'This transfer was taken off the list.'))
    await this.#halt()
    const target = join(this.record.folder, this.record.targetName)
    this.#deps.served.removeAt(path => path === target || path.startsWith(target + sep))
    await this.#deps.journal.forget(this.id, { keep: 'nothing' })
    await rm(this.record.tmp, { recursive: true, force: true })
  }

  /** Someone is there who may have it. */
  peerOnline(peer: PeerId): void {
    if (this.record.owner !== undefined && this.record.owner !== peer) this.#waiting.someoneCame()
    else if (this.#waiting.reason === 'nobody-online') this.#wake()
    else if (this.#run) this.#cameOnline = true
  }

  /** Nothing more is fetched from someone. */
  leave(peer: PeerId, why: PlainError): void {
    this.#run?.leave(peer, why)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.reading.close(new PeerError('CLOSED', 'The peer is closing.'))
    // What is over, or paused by the user, does not change by closing, so it is not told again.
    if (this.#run || this.#waiting.reason) await this.#halt()
    await this.#listing
    await this.#ending
    await this.#notes.commit().catch(() => {})
  }

  #state() {
    return transferState({
      finished: this.#isDone,
      wish: this.record.wish,
      ...(this.record.failure && { failure: this.record.failure }),
      ...(this.#waiting.error && { failure: this.#waiting.error }),
      ...(this.#waiting.reason && { waiting: this.#waiting.reason }),
      running: this.#run !== undefined,
      connected: this.#run?.connected ?? false,
      fetching: this.#run?.fetching ?? true,
    })
  }

  async #list(groups: AsyncIterable<readonly PlannedEntry[]>, known: ReadonlySet<string>): Promise<void> {
    let taken = 0
    for await (const group of groups) {
      if (this.#closed || this.record.wish === 'cancel') return
      for (const entry of group) {
        if (known.has(entry.path)) continue
        this.#catalog.append(entry)
        if (++taken % LIST_TURN === 0) this.#listGrew()
      }
    }
    this.#notes.change({ listed: true })
    this.#listGrew()
  }

  #listGrew(): void {
    const { count, files, bytes } = this.#catalog
    this.#notes.change({ entries: count, files, total: bytes })
    this.#notes.commitSoon()
    this.#run?.listGrew()
    this.#changed()
  }

  async #ended(end: RunEnd): Promise<void> {
    // Until that is noted it has its place, so that it is not begun again.
    if (end.kind === 'done') await this.#noteDone()
    this.#gone()
    switch (end.kind) {
      case 'failed':
        this.#fail(end.error)
        break
      case 'waiting':
        this.#wait(end.reason, end.error)
    }
    this.#changed()
    this.#deps.placesChanged()
    if (this.#isDone) await this.#deps.journal.forget(this.id, { keep: 'entries' }).catch(() => {})
  }

  async #noteDone(): Promise<void> {
    // All of it is placed and noted: nothing in the folder of partial files is needed any more.
    await rm(this.record.tmp, { recursive: true, force: true }).catch(() => {})
    const { files, bytes } = this.#catalog
    this.#notes.change({ finished: true, files, total: bytes, finishedAt: this.#deps.date() })
    await this.#notes.commit().catch(error => this.#journalFailed(toPlainError(error)))
    this.#isDone = true
  }

  #fail({ code, message }: PlainError): void {
    this.#notes.change({ failure: { code, message } })
    this.#notes.commitSoon()
    void this.#halt()
  }

  #wait(reason: WaitReason, error: Failure | undefined): void {
    if (this.#closed || this.record.wish !== 'run') return
    // Whoever came while the run that found nobody was ending is not waited for again.
    if (reason === 'nobody-online' && this.#cameOnline) return
    this.#waiting.begin(reason, error)
  }

  /** Whether the owner can be reached, or anyone has the first file that is missing. */
  async #isSomeoneThere(): Promise<boolean> {
    const { owner } = this.record
    const { signal } = new AbortController()
    try {
      if (owner && (await this.#deps.sourceOf(owner, signal).catch(() => undefined))) return true
      const entry = this.#catalog.firstMissing()
      const root = entry === undefined ? undefined : this.#catalog.at(entry).root
      return root !== undefined && (await this.#deps.sourcesOf(root, signal)).length > 0
    } catch {
      return false
    }
  }

  #changeQueue(fields: Pick<Partial<TransferRecord>, 'order' | 'priority'>): Promise<void> {
    this.#notes.change(fields)
    this.#changed()
    return this.#notes.commit()
  }

  async #hasRoom(): Promise<boolean> {
    const free = await freeBytes(this.record.folder)
    return free >= this.#catalog.bytes - this.#catalog.doneBytes - this.#numbers.partial
  }

  #wake(): void {
    this.#waiting.end()
    this.#changed()
    this.#deps.placesChanged()
  }

  async #halt(): Promise<void> {
    this.#waiting.end()
    const run = this.#run
    await run?.stop()
    if (run && this.#run === run) this.#gone()
    this.#changed()
    this.#deps.placesChanged()
  }

  #gone(): void {
    this.#run = undefined
    this.#numbers.run(false)
  }

  #journalFailed(error: PlainError): void {
    this.#deps.log.error('the journal could not be written', { code: error.code, message: error.message })
    this.#run?.journalFailed(error)
  }

  async #clear(): Promise<void> {
    await rm(this.record.tmp, { recursive: true, force: true }).catch(() => {})
    await this.#deps.journal.forget(this.id, { keep: 'record' }).catch(() => {})
  }

  #keptBytes(): number {
    this.#numbers.partial = keptBytes(this.#deps.journal, this.#catalog, this.id)
    return this.#numbers.partial
  }

  #refuseOver(what: string): void {
    if (!this.record.finished && this.record.wish !== 'cancel') return
    const how = this.record.finished ? 'is done' : 'was cancelled'
    throw new PeerError('BAD_INPUT', `This download ${how}, so there is nothing to ${what}.`)
  }

  #changed(): void {
    this.#deps.changed(this)
    this.reading.changed()
  }
}

/** Bytes of unfinished files that the journal claims, before they are looked at. */
function keptBytes(journal: RunDeps['journal'], catalog: Catalog, id: string): number {
  let bytes = 0
  for (const [entry, record] of journal.pieces(id)) {
    if (!catalog.isDone(entry)) bytes += journaledBytes(record, catalog.at(entry).size)
  }
  return bytes
}
