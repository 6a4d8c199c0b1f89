import { type PlainError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import type { Catalog } from './catalog.js'
import type { DownloadPool, Lane, PoolUser } from './download-pool.js'
import type { Source } from './plan.js'
import { retryWaitMs } from './retry.js'
import type { RunTasks } from './run-tasks.js'
import type { TransferJournal } from './transfer-journal.js'

/** How often sources that broke off are dialled again before we say that nobody is online. */
const LOSSES = 2
const REJOIN = { firstMs: 500, mostMs: 30_000 }

/** A connection in use, and what is asked of it, bytes. */
export interface HeldLane {
  readonly lane: Lane
  cost: number
}

/** What the sources of one run share with it. */
export interface RunSourcesOptions {
  readonly user: PoolUser
  readonly tasks: RunTasks
  readonly deps: {
    readonly pool: DownloadPool
    readonly notes: TransferJournal
    readonly catalog: Catalog
    readonly log: Logger
    readonly chance: () => number
    sourcesOf(root: Root, signal: AbortSignal): Promise<readonly Source[]>
    sourceOf(peer: PeerId, signal: AbortSignal): Promise<Source>
  }
  /** Nobody can be reached who may have what is missing. */
  nobody(error?: PlainError): void
  /** There may be something to do next. */
  turn(): void
}

/** Whom one run fetches from: finds sources, connects, comes back to those that broke off, drops liars. */
export class RunSources {
  readonly #options: RunSourcesOptions
  readonly #abort = new AbortController()
  readonly #lanes = new Map<number, HeldLane>()
  readonly #sources = new Map<PeerId, Source>()
  readonly #dropped = new Set<PeerId>()
  readonly #searched = new Set<number>()
  #finding = false
  #losses = 0
  #rejoins = 0

  constructor(options: RunSourcesOptions) {
    this.#options = options
  }

  /** Whether we are looking for sources. */
  get finding(): boolean {
    return this.#finding
  }

  /** Whether a source is connected. */
  get connected(): boolean {
    return this.#lanes.size > 0
  }

  /** Whether one is connected, or being dialled. */
  get any(): boolean {
    return this.#options.deps.pool.hasLane(this.#options.user)
  }

  get ids(): readonly PeerId[] {
    return [...this.#sources.keys()]
  }

  lanes(): Iterable<HeldLane> {
    return this.#lanes.values()
  }

  lane(id: number): HeldLane | undefined {
    return this.#lanes.get(id)
  }

  opened(lane: Lane): void {
    this.#lanes.set(lane.id, { lane, cost: 0 })
  }

  /** A connection broke off; `isNeeded` tells whether bytes are still to be fetched. */
  lost(lane: Lane, error: PlainError, isNeeded: boolean): void {
    const wasOpen = this.#lanes.delete(lane.id)
    if (this.#stopped) return
    if (this.any) this.#rejoinLater(lane.source)
    else if (isNeeded && !this.#finding) this.#noLanes(error, wasOpen)
  }

  /** Bytes came that were of use. */
  gave(): void {
    this.#losses = 0
  }

  /** The owner if it can be reached, else who has the first file that is missing. */
  async find(): Promise<void> {
    if (this.#finding || this.#stopped) return
    this.#finding = true
    const { deps, nobody } = this.#options
    try {
      const { owner } = deps.notes.record
      const found = owner ? await deps.sourceOf(owner, this.#abort.signal).catch(() => undefined) : undefined
      const root = found ? undefined : this.#firstRoot()
      const others = root ? await deps.sourcesOf(root, this.#abort.signal) : []
      for (const source of found ? [found] : others) this.#join(source)
      if (!this.#stopped && !this.any) nobody()
    } catch (error) {
      if (!this.#stopped) nobody(toPlainError(error))
    } finally {
      this.#finding = false
    }
  }

  /** Of these entries, those for which nobody else was looked for yet. */
  unsearched(entries: readonly number[]): number[] {
    return entries.filter(entry => !this.#searched.has(entry))
  }

  /** Who else has what our sources refused? Asked once for each entry; tells whether someone new is there. */
  async searchElsewhere(entries: readonly number[]): Promise<boolean> {
    const { catalog, sourcesOf } = this.#options.deps
    this.#finding = true
    let more = false
    try {
      for (const entry of entries) {
        this.#searched.add(entry)
        const { root } = catalog.at(entry)
        const found = root ? await sourcesOf(root, this.#abort.signal).catch(() => []) : []
        for (const source of found) more = this.#join(source) || more
      }
    } finally {
      this.#finding = false
    }
    return more
  }

  /** No more of a source that lies; tells whether it was one. */
  drop(id: PeerId): boolean {
    if (this.#dropped.has(id)) return false
    const { deps, user } = this.#options
    deps.log.warn('a source was dropped: it sent what was not asked for', { source: id })
    this.#dropped.add(id)
    this.#sources.delete(id)
    for (const [lane, held] of this.#lanes) if (held.lane.source === id) this.#lanes.delete(lane)
    deps.pool.leave(user, id)
    // It may hold on to what it was asked for: its connections end, so that this comes back.
    deps.pool.cut(id)
    return true
  }

  /** Looks for nobody any more. */
  stop(reason: Error): void {
    this.#abort.abort(reason)
  }

  get #stopped(): boolean {
    return this.#abort.signal.aborted
  }

  #firstRoot(): Root | undefined {
    const { catalog } = this.#options.deps
    for (let entry = 0; entry < catalog.count; entry++) {
      if (!catalog.isDone(entry) && catalog.at(entry).root) return catalog.at(entry).root
    }
    return undefined
  }

  #join(source: Source): boolean {
    if (this.#stopped || this.#dropped.has(source.id)) return false
    const isNew = !this.#sources.has(source.id)
    this.#sources.set(source.id, source)
    this.#options.deps.pool.join(this.#options.user, source)
    return isNew
  }

  /** One connection of a source broke off while others go on. */
  #rejoinLater(id: PeerId): void {
    const source = this.#sources.get(id)
    if (!source) return
    const { tasks, deps, turn } = this.#options
    this.#rejoins++
    tasks.after(retryWaitMs(this.#rejoins, deps.chance(), REJOIN), () => {
      this.#join(source)
      turn()
    })
  }

  #noLanes(error: PlainError, wasOpen: boolean): void {
    const { tasks, deps, nobody, turn } = this.#options
    this.#losses++
    if (!wasOpen || this.#losses > LOSSES) nobody(error)
    else
      tasks.after(retryWaitMs(this.#losses, deps.chance(), REJOIN), () => {
        tasks.add(this.find())
        turn()
      })
  }
}
