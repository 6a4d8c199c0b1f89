import { mkdir } from 'node:fs/promises'
import type { SourceDetails } from '../api/index.js'
import { PeerError, type PlainError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Lane, PoolUser } from './download-pool.js'
import { FilesInWork } from './files-in-work.js'
import { HandOut, LIMITS_OF_WORK } from './hand-out.js'
import { setFolderTimes } from './local/folder-times.js'
import { LocalEntries } from './local/local-entries.js'
import type { RunEnd } from './outcome.js'
import type { PieceMap } from './piece-map.js'
import { PieceNews } from './piece-news.js'
import { Refusals } from './refusals.js'
import { retryWaitMs } from './retry.js'
import { freeBytes } from './room.js'
import type { RunDeps } from './run-deps.js'
import { RunSources } from './run-sources.js'
import { RunTasks } from './run-tasks.js'
import { SourceSearch } from './source-search.js'
import { WholeEntries } from './whole-entries.js'
import type { Wish } from './wishes.js'
import { WorkPlan } from './work-plan.js'
import type { DownloadEvent } from './worker/protocol.js'

const MiB = 1024 * 1024
/** How often we see who stalls, and whether an idle connection can help a slow one, ms. */
const WATCH_MS = 500
/** With nothing to ask anybody for, who was found for one file is asked for the others too, then we give up, ms. */
const IDLE_MS = 5_000
const GIVE_UP_MS = 60_000
/** How often a run that lost all connections looks for sources before it says that nobody is online. */
const LOSSES = 2
const AGAIN = { firstMs: 500, mostMs: 30_000 }
/** How long answers to what was cancelled are waited for, ms. */
const STOP_MS = 5_000

/**
 * Work on one transfer from the moment it has a place until it is done, fails, waits or is stopped: asks
 * sources for what the plan says, notes what is synced, places what is whole.
 */
export class DownloadRun implements PoolUser {
  readonly #deps: RunDeps
  readonly #local: LocalEntries
  readonly #plan: WorkPlan
  readonly #tasks: RunTasks
  readonly #files: FilesInWork
  readonly #whole: WholeEntries
  readonly #sources: RunSources
  readonly #search: SourceSearch
  readonly #news: PieceNews
  readonly #handOut: HandOut
  readonly #refusals: Refusals
  readonly #number: number
  #running = false
  #concluding = false
  #losses = 0
  /** When something was last under way. */
  #busyMs = 0
  #end: RunEnd | 'stopped' | undefined
  #stopping: Promise<void> | undefined
  /** Why the source that was left last is none any more. */
  #left: PlainError | undefined

  constructor(deps: RunDeps) {
    this.#deps = deps
    this.#number = deps.pool.addTransfer(this)
    this.#tasks = new RunTasks(deps.clock, error => {
      if (!this.#end) this.#failHere(toPlainError(error))
    })
    this.#local = new LocalEntries({
      transfer: this.#number,
      tasks: this.#tasks,
      deps,
      isBegun: entry => this.#plan.pieces(entry) !== undefined,
      comeBack: entry => this.#plan.comeBack(entry),
      refused: (entry, error) => this.#refusals.add(entry, undefined, error),
      turn: () => this.#pump(),
    })
    this.#plan = new WorkPlan(this.#local, LIMITS_OF_WORK, deps)
    const shared = {
      user: this,
      transfer: this.#number,
      plan: this.#plan,
      local: this.#local,
      tasks: this.#tasks,
      deps,
      turn: () => this.#pump(),
    }
    const sources = new RunSources({ ...shared, holders: this.#plan.holders })
    this.#sources = sources
    this.#refusals = new Refusals({ ...shared, sources, failHere: error => this.#failHere(error) })
    this.#search = new SourceSearch({
      ...shared,
      sources,
      isOpen: (entry, open) => this.#files.setOpen(entry, open),
    })
    this.#files = new FilesInWork({
      ...shared,
      sources,
      wanted: (by, entry) => this.#search.hint(by, entry),
    })
    this.#whole = new WholeEntries({ ...shared, refused: (...given) => this.#refusals.add(...given) })
    this.#news = new PieceNews({ ...shared, sources, lied: source => this.#refusals.drop(source) })
    this.#handOut = new HandOut({ ...shared, sources, files: this.#files, whole: this.#whole })
    this.#tasks.add(this.#begin())
  }

  /** Whether a source is connected. */
  get connected(): boolean {
    return this.#sources.connected
  }

  /** Whether bytes are still to be fetched. */
  get fetching(): boolean {
    return !this.#deps.notes.record.listed || this.#local.busy || !this.#plan.allFetched
  }

  /** Whom it fetches from. */
  sources(): SourceDetails[] {
    return this.#sources.details()
  }

  /** Bytes of unfinished files that are verified. */
  get verifiedBytes(): number {
    return this.#files.verifiedBytes
  }

  /** The list has grown, or is whole now. */
  listGrew(): void {
    this.#pump()
  }

  /** The pieces of a file of more than one that is begun. */
  pieces(entry: number): PieceMap | undefined {
    return this.#plan.pieces(entry)
  }

  /** A reader wants this; where that is new, it does not wait for what is asked already. */
  wanted(wish: Wish, { isNew }: { readonly isNew: boolean }): void {
    if (!this.#running) return
    this.#files.checkFirst(wish)
    if (isNew && !this.#plan.pieces(wish.entry)?.isHere(wish.span.first)) this.#deps.pool.cancel(this.#number)
    this.#pump()
  }

  /** Nothing can be noted, so nothing can be kept. */
  journalFailed(error: PlainError): void {
    this.#failHere(error)
  }

  /** Stops; resolves when nothing of it goes on and all that is synced is journaled. */
  stop(): Promise<void> {
    this.#end ??= 'stopped'
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  /** Nothing more is fetched from someone; the rest is looked for elsewhere. */
  leave(peer: PeerId, why: PlainError): void {
    if (!this.#sources.leave(peer)) return
    this.#left = why
    if (!this.#running || this.#sources.any || this.#plan.allFetched) return
    this.#tasks.add(this.#findSources())
    this.#pump()
  }

  laneOpen(lane: Lane): void {
    this.#sources.opened(lane)
    this.#deps.changed()
    this.#pump()
  }

  laneLost(lane: Lane, error: PlainError): void {
    const wasOpen = this.#sources.lost(lane)
    if (!this.#running) return
    this.#search.lost()
    const isNeeded = !this.#plan.allFetched && !this.#local.busy
    if (!this.#sources.any && isNeeded && !this.#search.finding) this.#noLanes(error, wasOpen)
    this.#deps.log.debug('a connection ended', { source: lane.source, code: error.code })
    this.#deps.changed()
    this.#pump()
  }

  workerLost(): void {
    this.#finish({
      kind: 'waiting',
      reason: 'nobody-online',
      error: { code: 'WORKER_LOST', message: 'A download worker ended. It goes on by itself in a moment.' },
    })
  }

  event(event: DownloadEvent): void {
    switch (event.kind) {
      case 'fetched':
        this.#deps.numbers.add(event.bytes, event.wasted)
        this.#sources.came(event.lane, event.bytes, event.wasted)
        if (event.bytes > event.wasted) this.#gave()
        this.#deps.changed()
        return
      case 'batch-done': {
        const { lane, cost } = this.#whole.batchDone(event)
        this.#spent(lane, cost)
        this.#pump()
        return
      }
      case 'span-done':
        this.#spanDone(event)
        this.#pump()
        return
      case 'file-failed':
        this.#failHere(event.error)
        return
      case 'local':
        this.#local.progress(event.entry, event.bytes)
        return
      case 'lane-lost':
        return
      default:
        this.#files.event(event)
        this.#pump()
    }
  }

  async #begin(): Promise<void> {
    const { notes, catalog, numbers } = this.#deps
    const { folder, tmp } = notes.record
    await mkdir(tmp, { recursive: true, mode: 0o700 })
    const needed = catalog.bytes - catalog.doneBytes - numbers.partial
    // What is to be replaced, or is there already, needs no room of its own: a full disk is met later then.
    if (this.#local.fresh && (await freeBytes(folder)) < needed) {
      const error = { code: 'DISK_FULL', message: fullSentence(needed, folder) } as const
      this.#finish({ kind: 'waiting', reason: 'disk-full', error })
      return
    }
    await this.#files.resume()
    if (this.#end) return
    for (const wish of this.#deps.wishes.newestFirst()) this.#files.checkFirst(wish)
    this.#running = true
    this.#busyMs = this.#deps.clock.now()
    const finding = this.fetching ? this.#findSources() : undefined
    this.#pump()
    await finding
    this.#search.keepFresh()
    this.#news.start()
    this.#tasks.every(WATCH_MS, () => this.#watch())
    this.#pump()
  }

  async #findSources(): Promise<void> {
    const error = await this.#search.find()
    if (this.#end || this.#sources.any || this.#search.finding || this.#tasks.waits) return
    // While something goes on here, it is seen later whether anybody is needed.
    if (this.#plan.idle && !this.#local.busy && !this.#plan.allFetched) this.#nobody(error)
  }

  /** The last connection is gone: looks again soon, but not for ever. */
  #noLanes(error: PlainError, wasOpen: boolean): void {
    this.#losses++
    if (!wasOpen || this.#losses > LOSSES) {
      this.#nobody(error)
      return
    }
    this.#tasks.after(retryWaitMs(this.#losses, this.#deps.chance(), AGAIN), () => {
      this.#tasks.add(this.#findSources())
      this.#pump()
    })
  }

  /** Bytes came that were of use. */
  #gave(): void {
    this.#losses = 0
    this.#busyMs = this.#deps.clock.now()
  }

  #watch(): void {
    if (!this.#running) return
    this.#sources.putStalledAside()
    const { holders } = this.#plan
    for (const id of this.#sources.ids) {
      if (holders.isLimited(id) && !holders.hasAny(id)) this.#sources.part(id)
    }
    const idleMs = this.#isIdle ? this.#deps.clock.now() - this.#busyMs : 0
    if (idleMs === 0) this.#busyMs = this.#deps.clock.now()
    if (idleMs > IDLE_MS) for (const id of this.#sources.ids) holders.unlimit(id)
    if (idleMs > GIVE_UP_MS) this.#nobody()
    else this.#pump()
  }

  /** Whether nothing is asked, checked or found, though something is missing. */
  get #isIdle(): boolean {
    if (!this.#plan.idle || this.#whole.busy || this.#files.busy || this.#local.busy) return false
    if (this.#search.finding) return false
    return this.#deps.notes.record.listed && !this.#plan.allFetched
  }

  #pump(): void {
    if (!this.#running) return
    try {
      this.#local.look()
      this.#handOut.all()
    } catch (error) {
      this.#finish({ kind: 'failed', error: toPlainError(error) })
      return
    }
    this.#lookForEnd()
  }

  #spanDone(event: Extract<DownloadEvent, { kind: 'span-done' }>): void {
    const source = this.#sources.lane(event.lane)?.lane.source
    const { entry, bytes } = this.#files.spanDone(event)
    this.#spent(event.lane, bytes)
    if (event.error && entry !== undefined) this.#refusals.add(entry, source, event.error)
  }

  /** What was asked of a lane has ended. */
  #spent(lane: number, cost: number): void {
    this.#sources.lane(lane)?.pace.done(cost)
  }

  /** Looks whether all is done, or whether nothing can go on. */
  #lookForEnd(): void {
    if (!this.#running || !this.#plan.idle || this.#whole.busy) return
    if (!this.#deps.notes.record.listed || this.#files.busy) return
    if (this.#local.busy) {
      if (this.#plan.exhausted && this.#local.onlyTwinsWait && this.#local.releaseTwins()) this.#pump()
      return
    }
    if (this.#plan.exhausted) {
      const { stuck, holders } = this.#plan
      // Someone was found meanwhile who has refused none of it.
      if (stuck.some(({ entry }) => this.#sources.ids.some(id => holders.may(id, entry)))) {
        this.#plan.tryStuckAgain()
        this.#pump()
        return
      }
      const unsearched = this.#search.unsearched(stuck.map(({ entry }) => entry))
      if (unsearched.length > 0) this.#tasks.add(this.#searchElsewhere(unsearched))
      else if (!this.#search.finding) this.#conclude(stuck)
    } else if (!this.#search.finding && !this.#tasks.waits && !this.#sources.any) this.#nobody()
  }

  async #searchElsewhere(entries: readonly number[]): Promise<void> {
    if (await this.#search.searchElsewhere(entries)) this.#plan.tryStuckAgain()
    this.#pump()
  }

  #conclude(stuck: WorkPlan['stuck']): void {
    const end = this.#refusals.outcome(stuck)
    if (end.kind !== 'done' || this.#deps.notes.record.type === 'file') this.#finish(end)
    else if (!this.#concluding) {
      this.#concluding = true
      this.#tasks.add(setFolderTimes(this.#deps).then(() => this.#finish(end)))
    }
  }

  #nobody(error = this.#left): void {
    const failure = error && { code: error.code, message: error.message }
    this.#finish({ kind: 'waiting', reason: 'nobody-online', ...(failure && { error: failure }) })
  }

  /** Something here, not at a source, stands in the way. */
  #failHere(error: PlainError): void {
    const failure = { code: error.code, message: error.message }
    if (error.code === 'DISK_FULL') this.#finish({ kind: 'waiting', reason: 'disk-full', error: failure })
    else this.#finish({ kind: 'failed', error: failure })
  }

  #finish(end: RunEnd): void {
    if (this.#end) return
    this.#end = end
    this.#stopping = this.#stop()
    void this.#stopping.then(() => this.#deps.ended(end))
  }

  async #stop(): Promise<void> {
    const { pool, notes, numbers } = this.#deps
    this.#running = false
    this.#local.stop()
    this.#sources.stop()
    this.#search.stop(new PeerError('CLOSED', 'The transfer was stopped.'))
    this.#tasks.stopTimers()
    pool.cancel(this.#number)
    await this.#tasks.calmDown(() => this.#whole.busy, STOP_MS)
    pool.leave(this)
    await this.#files.close()
    numbers.partial = this.#files.presentBytes
    await notes
      .commit()
      .catch(error => this.#deps.log.warn('the journal could not be written', { error: String(error) }))
    pool.forgetTransfer(this.#number)
  }
}

function fullSentence(bytes: number, folder: string): string {
  return `There is no room for ${Math.ceil(bytes / MiB)} MiB in ${folder}. Free some space; it goes on by itself.`
}
