import { mkdir } from 'node:fs/promises'
import { PeerError, type PlainError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import { visibleName } from '../paths/index.js'
import { LIMITS } from '../wire/index.js'
import type { Catalog } from './catalog.js'
import type { Clock } from './clock.js'
import type { DownloadPool, Lane, PoolUser } from './download-pool.js'
import { targetPath } from './entry-target.js'
import { FilesInWork } from './files-in-work.js'
import type { Journal } from './journal.js'
import type { Numbers } from './numbers.js'
import { type Missed, meaningOf, outcome, type RunEnd } from './outcome.js'
import type { Source } from './plan.js'
import { retryWaitMs } from './retry.js'
import { freeBytes } from './room.js'
import type { TransferJournal } from './transfer-journal.js'
import { type PlanLimits, type Work, WorkPlan } from './work-plan.js'
import type { BatchResult, DownloadEvent } from './worker/protocol.js'

const MiB = 1024 * 1024
/** What a lane has to do at most; enough that it never waits for the main side. */
const LANE_BYTES = 24 * MiB
/** What a small file costs beside its bytes. */
const FILE_COST_BYTES = 16 * 1024
const LIMITS_OF_WORK: PlanLimits = {
  batchFiles: LIMITS.batchFiles,
  batchBytes: 4 * MiB,
  spanBytes: 8 * MiB,
  spanPieces: LIMITS.requestPieces,
  makeEntries: 512,
}
/** How often a listed file that is still being hashed is asked for again, ms. */
const ASK_AGAIN_MS = 1_000
/** How often sources that broke off are dialled again before we say that nobody is online. */
const LOSSES = 2
const REJOIN = { firstMs: 500, mostMs: 30_000 }
/** How long answers to what was cancelled are waited for, ms. */
const STOP_MS = 5_000

/** What work on a transfer needs. */
export interface RunDeps {
  readonly pool: DownloadPool
  readonly journal: Journal
  readonly notes: TransferJournal
  readonly catalog: Catalog
  readonly numbers: Numbers
  readonly clock: Clock
  readonly log: Logger
  /** Between 0 and 1. */
  readonly chance: () => number
  /** Who has this content besides the owner. */
  sourcesOf(root: Root, signal: AbortSignal): Promise<readonly Source[]>
  /** Where someone is; rejects when they can't be reached. */
  sourceOf(peer: PeerId, signal: AbortSignal): Promise<Source>
  changed(): void
  /** Called once, when nothing of this run goes on any more. */
  ended(end: RunEnd): void
}

interface Batch {
  readonly lane: number
  readonly source: PeerId
  readonly cost: number
}

/**
 * Work on one transfer from the moment it has a place until it is done, fails, waits or is stopped: asks
 * sources for what the plan says, notes what is synced, places what is whole.
 */
export class DownloadRun implements PoolUser {
  readonly #deps: RunDeps
  readonly #plan: WorkPlan
  readonly #files: FilesInWork
  readonly #number: number
  readonly #abort = new AbortController()
  readonly #lanes = new Map<number, { readonly lane: Lane; cost: number }>()
  readonly #sources = new Map<PeerId, Source>()
  readonly #dropped = new Set<PeerId>()
  readonly #batches = new Map<number, Batch>()
  readonly #local = new Map<number, PlainError>()
  readonly #tasks = new Set<Promise<void>>()
  readonly #timers = new Set<() => void>()
  readonly #searched = new Set<number>()
  #running = false
  #finding = false
  #losses = 0
  #rejoins = 0
  #end: RunEnd | 'stopped' | undefined
  #stopping: Promise<void> | undefined
  /** Called when something under way has ended. */
  #calm: (() => void) | undefined

  constructor(deps: RunDeps) {
    this.#deps = deps
    this.#number = deps.pool.addTransfer(this)
    this.#plan = new WorkPlan(deps.catalog, LIMITS_OF_WORK)
    this.#files = new FilesInWork({
      user: this,
      transfer: this.#number,
      plan: this.#plan,
      deps,
      task: work => this.#task(work),
      placed: () => this.#pump(),
    })
    this.#task(this.#begin())
  }

  /** Whether a source is connected. */
  get connected(): boolean {
    return this.#lanes.size > 0
  }

  /** Whether bytes are still to be fetched. */
  get fetching(): boolean {
    return !this.#deps.notes.record.listed || !this.#plan.allFetched
  }

  /** The list has grown, or is whole now. */
  listGrew(): void {
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

  laneOpen(lane: Lane): void {
    this.#lanes.set(lane.id, { lane, cost: 0 })
    this.#deps.changed()
    this.#pump()
  }

  laneLost(lane: Lane, error: PlainError): void {
    const held = this.#lanes.delete(lane.id)
    if (!this.#running) return
    this.#deps.log.debug('a connection ended', { source: lane.source, code: error.code })
    this.#deps.changed()
    if (this.#deps.pool.hasLane(this)) this.#rejoinLater(lane.source)
    else this.#noLanes(error, held)
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
        if (event.bytes > event.wasted) this.#losses = 0
        this.#deps.changed()
        return
      case 'batch-done':
        this.#batchDone(event)
        return
      case 'span-done': {
        const held = this.#lanes.get(event.lane)
        const done = this.#files.spanDone(event)
        if (held) held.cost -= done.bytes
        if (event.error && done.entry !== undefined) {
          this.#refused(done.entry, held?.lane.source, event.error)
        }
        this.#pump()
        return
      }
      case 'file-failed':
        this.#failHere(event.error)
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
    if ((await freeBytes(folder)) < needed) {
      const error = { code: 'DISK_FULL', message: fullSentence(needed, folder) } as const
      this.#finish({ kind: 'waiting', reason: 'disk-full', error })
      return
    }
    await this.#files.resume()
    if (this.#end) return
    this.#running = true
    const finding = this.fetching ? this.#findSources() : undefined
    this.#pump()
    await finding
    this.#pump()
  }

  /** The owner if it can be reached, else who has the first file that is missing. */
  async #findSources(): Promise<void> {
    if (this.#finding || this.#end) return
    this.#finding = true
    try {
      const { owner } = this.#deps.notes.record
      const found = owner
        ? await this.#deps.sourceOf(owner, this.#abort.signal).catch(() => undefined)
        : undefined
      const root = found ? undefined : this.#firstRoot()
      const others = root ? await this.#deps.sourcesOf(root, this.#abort.signal) : []
      for (const source of found ? [found] : others) this.#join(source)
      if (!this.#end && !this.#deps.pool.hasLane(this)) this.#nobody()
    } catch (error) {
      if (!this.#end) this.#nobody(toPlainError(error))
    } finally {
      this.#finding = false
    }
  }

  #firstRoot(): Root | undefined {
    const { catalog } = this.#deps
    for (let entry = 0; entry < catalog.count; entry++) {
      if (!catalog.isDone(entry) && catalog.at(entry).root) return catalog.at(entry).root
    }
    return undefined
  }

  #join(source: Source): boolean {
    if (this.#end || this.#dropped.has(source.id)) return false
    const isNew = !this.#sources.has(source.id)
    this.#sources.set(source.id, source)
    this.#deps.pool.join(this, source)
    return isNew
  }

  /** One connection of a source broke off while others go on. */
  #rejoinLater(id: PeerId): void {
    const source = this.#sources.get(id)
    if (!source) return
    this.#rejoins++
    this.#after(retryWaitMs(this.#rejoins, this.#deps.chance(), REJOIN), () => this.#join(source))
  }

  #noLanes(error: PlainError, wasOpen: boolean): void {
    if (this.#plan.allFetched || this.#finding) return
    this.#losses++
    if (!wasOpen || this.#losses > LOSSES) this.#nobody(error)
    else
      this.#after(retryWaitMs(this.#losses, this.#deps.chance(), REJOIN), () =>
        this.#task(this.#findSources()),
      )
  }

  #nobody(error?: PlainError): void {
    const failure = error && { code: error.code, message: error.message }
    this.#finish({ kind: 'waiting', reason: 'nobody-online', ...(failure && { error: failure }) })
  }

  #pump(): void {
    if (!this.#running) return
    try {
      for (let work = this.#plan.next(); work; work = this.#plan.next()) this.#do(work)
      for (let more = true; more; ) {
        more = false
        for (const held of this.#lanes.values()) {
          const work = held.cost < LANE_BYTES ? this.#plan.next(held.lane) : undefined
          if (!work) continue
          held.cost += this.#do(work, held.lane)
          more = true
        }
      }
    } catch (error) {
      this.#finish({ kind: 'failed', error: toPlainError(error) })
      return
    }
    this.#lookForEnd()
  }

  /** Sets about a piece of work; gives what it costs the lane. */
  #do(work: Work, lane?: Lane): number {
    if (work.kind === 'make') {
      this.#task(this.#make(work.entries))
      return 0
    }
    if (!lane) return 0
    switch (work.kind) {
      case 'ask-root':
        this.#task(this.#askRoot(work.entry, lane))
        return 0
      case 'batch':
        return this.#fetchBatch(work.entries, work.bytes, lane)
      case 'span':
        return this.#files.fetchSpan(work, lane)
    }
  }

  #fetchBatch(entries: readonly number[], bytes: number, lane: Lane): number {
    const { pool, catalog, notes } = this.#deps
    const batch = pool.addBatch(this)
    const files = entries.flatMap(entry => {
      const about = catalog.at(entry)
      const { root, size, mtime } = about
      return root ? [{ entry, root, size, mtime, path: targetPath(notes.record, about) }] : []
    })
    const cost = bytes + entries.length * FILE_COST_BYTES
    this.#batches.set(batch, { lane: lane.id, source: lane.source, cost })
    const { folder, tmp } = notes.record
    const spec = { batch, transfer: this.#number, base: folder, tmp, files }
    void pool.worker(lane.worker).fetchBatch.asEvent(lane.id, spec)
    return cost
  }

  #batchDone({ batch, ...result }: BatchResult & { readonly batch: number }): void {
    const asked = this.#batches.get(batch)
    this.#batches.delete(batch)
    const held = asked && this.#lanes.get(asked.lane)
    if (held) held.cost -= asked.cost
    this.#calm?.()
    this.#take(result, asked?.source)
    this.#pump()
  }

  async #make(entries: readonly number[]): Promise<void> {
    const { pool, catalog, notes } = this.#deps
    const items = entries.map(entry => {
      const about = catalog.at(entry)
      return { entry, type: about.type, mtime: about.mtime, path: targetPath(notes.record, about) }
    })
    this.#take(await pool.worker(0).make(notes.record.folder, items))
    this.#pump()
  }

  /** What became of whole entries. */
  #take({ placed, failed }: BatchResult, source?: PeerId): void {
    for (const entry of placed) {
      this.#deps.catalog.setDone(entry)
      this.#plan.done(entry)
    }
    if (placed.length > 0) this.#deps.notes.commitSoon()
    for (const { entry, error } of failed) this.#refused(entry, source, error)
    this.#deps.changed()
  }

  async #askRoot(entry: number, lane: Lane): Promise<void> {
    const { pool, catalog, notes } = this.#deps
    try {
      const found = await pool
        .worker(lane.worker)
        .askRoot(lane.id, this.#number, catalog.at(entry).remotePath)
      if ('root' in found) {
        catalog.setRoot(entry, found.root, found.size)
        notes.change({ total: catalog.bytes })
        notes.commitSoon()
        this.#plan.giveBack(entry)
      } else {
        this.#after(ASK_AGAIN_MS, () => this.#plan.giveBack(entry))
      }
    } catch (error) {
      this.#refused(entry, lane.source, toPlainError(error))
    }
    this.#pump()
  }

  /** An entry, or some pieces of it, did not come. */
  #refused(entry: number, source: PeerId | undefined, error: PlainError): void {
    switch (meaningOf(error.code)) {
      case 'ask-again':
        this.#plan.giveBack(entry)
        return
      case 'disk-full':
      case 'local':
        this.#plan.giveBack(entry)
        if (error.code === 'DISK_FULL') this.#failHere(error)
        else this.#leaveOut(entry, error)
        return
      case 'refused':
      case 'drop-source':
        if (source === undefined) {
          this.#plan.giveBack(entry)
          return
        }
        this.#plan.refuse(entry, source, error.code, this.#sources.keys())
        if (meaningOf(error.code) === 'drop-source') this.#dropSource(source)
    }
  }

  #leaveOut(entry: number, error: PlainError): void {
    this.#local.set(entry, error)
    this.#plan.done(entry)
  }

  #dropSource(id: PeerId): void {
    if (this.#dropped.has(id)) return
    this.#deps.log.warn('a source was dropped: it sent what was not asked for', { source: id })
    this.#dropped.add(id)
    this.#sources.delete(id)
    for (const [lane, held] of this.#lanes) {
      if (held.lane.source !== id) continue
      this.#lanes.delete(lane)
    }
    this.#deps.pool.leave(this, id)
    // It may hold on to what it was asked for: its connections end, so that this comes back.
    this.#deps.pool.cut(id)
    this.#plan.sourcesLeft([...this.#sources.keys()])
  }

  /** Looks whether all is done, or whether nothing can go on. */
  #lookForEnd(): void {
    if (!this.#running || !this.#plan.idle || this.#batches.size > 0) return
    if (!this.#deps.notes.record.listed || this.#files.busy) return
    if (this.#plan.exhausted) {
      const { stuck } = this.#plan
      const unsearched = stuck.filter(({ entry }) => !this.#searched.has(entry))
      if (unsearched.length > 0) this.#task(this.#searchElsewhere(unsearched.map(({ entry }) => entry)))
      else if (!this.#finding) this.#conclude(stuck)
    } else if (this.#lanes.size === 0 && !this.#finding && this.#timers.size === 0) {
      if (!this.#deps.pool.hasLane(this)) this.#nobody()
    }
  }

  /** Who else has what our sources refused? Asked once for each entry. */
  async #searchElsewhere(entries: readonly number[]): Promise<void> {
    this.#finding = true
    let more = false
    try {
      for (const entry of entries) {
        this.#searched.add(entry)
        const { root } = this.#deps.catalog.at(entry)
        const found = root ? await this.#deps.sourcesOf(root, this.#abort.signal).catch(() => []) : []
        for (const source of found) more = this.#join(source) || more
      }
    } finally {
      this.#finding = false
    }
    if (more) this.#plan.tryStuckAgain()
    this.#pump()
  }

  #conclude(stuck: WorkPlan['stuck']): void {
    const { catalog, notes } = this.#deps
    const name = (entry: number) => visibleName(catalog.at(entry).path || notes.record.name)
    const missed: Missed[] = [
      ...[...this.#local].map(([entry, { code, message }]) => ({ name: name(entry), code, message })),
      ...stuck.map(({ entry, code }) => ({
        name: name(entry),
        code,
        message: `${name(entry)} could not be fetched (${code}). Resume to try again.`,
      })),
    ]
    this.#finish(outcome(missed, notes.record.ownerName ?? 'its owner'))
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
    this.#abort.abort(new PeerError('CLOSED', 'The transfer was stopped.'))
    for (const stop of this.#timers) stop()
    this.#timers.clear()
    if (!this.#plan.idle) pool.cancel(this.#number)
    await this.#calmDown()
    pool.leave(this)
    await this.#files.close()
    numbers.partial = this.#files.presentBytes
    await notes
      .commit()
      .catch(error => this.#deps.log.warn('the journal could not be written', { error: String(error) }))
    pool.forgetTransfer(this.#number)
  }

  /** Waits for what is under way and can't be taken back, but not for long. */
  async #calmDown(): Promise<void> {
    let late = false
    const stop = this.#deps.clock.after(STOP_MS, () => {
      late = true
      this.#calm?.()
    })
    while (!late && (this.#batches.size > 0 || this.#tasks.size > 0)) {
      await new Promise<void>(resolve => {
        this.#calm = resolve
      })
    }
    stop()
  }

  #task(work: Promise<void>): void {
    const task = work
      .catch(error => {
        if (!this.#end) this.#failHere(toPlainError(error))
      })
      .finally(() => {
        this.#tasks.delete(task)
        this.#calm?.()
      })
    this.#tasks.add(task)
  }

  #after(waitMs: number, then: () => void): void {
    const stop = this.#deps.clock.after(waitMs, () => {
      this.#timers.delete(stop)
      then()
      this.#pump()
    })
    this.#timers.add(stop)
  }
}

function fullSentence(bytes: number, folder: string): string {
  return `There is no room for ${Math.ceil(bytes / MiB)} MiB in ${folder}. Free some space; it goes on by itself.`
}
