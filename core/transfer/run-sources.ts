import type { SourceDetails } from '../api/index.js'
import { Rate } from '../content/index.js'
import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Clock } from './clock.js'
import type { DownloadPool, Lane, PoolUser } from './download-pool.js'
import type { Holders } from './holders.js'
import { LanePace } from './lane-pace.js'
import type { Source } from './plan.js'
import { retryWaitMs } from './retry.js'
import type { RunTasks } from './run-tasks.js'

const REJOIN = { firstMs: 500, mostMs: 30_000 }
/** How long a source that stalls is left alone. */
const ASIDE = { firstMs: 30_000, mostMs: 300_000 }
/** Another source gives bytes when some came within this time: then it is not we who don't read, ms. */
const LIVELY_MS = 3_000
/** Sources of one transfer at once. */
const MOST_SOURCES = 12

/** A connection in use, and how fast it gives what it is asked for. */
export interface HeldLane {
  readonly lane: Lane
  readonly pace: LanePace
}

/** What the sources of one run share with it. */
export interface RunSourcesOptions {
  readonly user: PoolUser
  readonly tasks: RunTasks
  readonly holders: Holders
  readonly deps: {
    readonly pool: DownloadPool
    readonly log: Logger
    readonly clock: Clock
    readonly chance: () => number
  }
  /** There may be something to do next. */
  turn(): void
}

interface Known {
  source: Source
  readonly rate: Rate
  bytes: number
  losses: number
  stalls: number
  isAside: boolean
}

/** Whom one run fetches from: connects, comes back to those that broke off, drops liars, puts aside who stalls. */
export class RunSources {
  readonly #options: RunSourcesOptions
  readonly #lanes = new Map<number, HeldLane>()
  readonly #sources = new Map<PeerId, Known>()
  readonly #dropped = new Set<PeerId>()
  #stopped = false

  constructor(options: RunSourcesOptions) {
    this.#options = options
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

  /** A connection to a source. */
  laneTo(source: PeerId): HeldLane | undefined {
    for (const held of this.#lanes.values()) if (held.lane.source === source) return held
    return undefined
  }

  /** How people see them. */
  details(): SourceDetails[] {
    const now = this.#options.deps.clock.now()
    return [...this.#sources.values()].map(({ source, rate, bytes, isAside }) => ({
      id: source.id,
      name: source.name,
      has: this.#options.holders.isPartial(source.id) ? 'part' : 'all',
      state: isAside ? 'put-aside' : this.laneTo(source.id) ? 'connected' : 'connecting',
      bytes,
      rate: Math.round(rate.bytesASecond(now)),
    }))
  }

  /**
   * Uses a source from now on. One that was found for an entry is asked for that only; tells whether it is new,
   * or was found for another entry.
   */
  join(source: Source, found?: { readonly entry: number }): boolean {
    if (this.#stopped || this.#dropped.has(source.id)) return false
    const { deps, user, holders } = this.#options
    const known = this.#sources.get(source.id)
    if (!known && found && this.#sources.size >= MOST_SOURCES) return false
    const isNews = !known || (found !== undefined && !holders.has(source.id, found.entry))
    if (!found) holders.remove(source.id)
    else if (!known || holders.isLimited(source.id)) {
      holders.add(source.id, found.entry, source.partial ? 'partial' : 'whole')
    }
    if (known) known.source = source
    else {
      const rate = new Rate(deps.clock.now())
      this.#sources.set(source.id, { source, rate, bytes: 0, losses: 0, stalls: 0, isAside: false })
    }
    if (!known?.isAside) deps.pool.join(user, source, { isSingle: holders.isPartial(source.id) })
    return isNews
  }

  opened(lane: Lane): void {
    this.#lanes.set(lane.id, { lane, pace: new LanePace() })
  }

  /** A connection broke off; tells whether it had been open. While others go on, it is dialled again. */
  lost(lane: Lane): boolean {
    const wasOpen = this.#lanes.delete(lane.id)
    const known = this.#sources.get(lane.source)
    if (this.#stopped || !known || known.isAside || !this.any) return wasOpen
    const { tasks, deps, turn, holders } = this.#options
    known.losses++
    // One that has only part and can't be reached is no loss.
    if (!wasOpen && holders.isPartial(lane.source)) {
      this.part(lane.source)
      return wasOpen
    }
    tasks.after(retryWaitMs(known.losses, deps.chance(), REJOIN), () => {
      if (this.#sources.get(lane.source) === known && !known.isAside) {
        deps.pool.join(this.#options.user, known.source, { isSingle: holders.isPartial(lane.source) })
      }
      turn()
    })
    return wasOpen
  }

  /** Bytes came over a connection; some of them of no use. */
  came(laneId: number, bytes: number, wasted: number): void {
    const held = this.#lanes.get(laneId)
    const known = held && this.#sources.get(held.lane.source)
    if (!held || !known) return
    const now = this.#options.deps.clock.now()
    held.pace.came(bytes, now)
    if (bytes > 0) known.rate.add(bytes, now)
    known.bytes += bytes - wasted
    if (bytes > wasted) known.losses = 0
  }

  /** No more of a source that lies; tells whether it was one. */
  drop(id: PeerId): boolean {
    if (this.#dropped.has(id)) return false
    this.#options.deps.log.warn('a source was dropped: it sent what was not asked for', { source: id })
    this.#dropped.add(id)
    this.#options.holders.remove(id)
    this.#sources.delete(id)
    this.#cut(id)
    return true
  }

  /** No more of someone for now, at once; tells whether they were a source. */
  leave(id: PeerId): boolean {
    if (!this.#sources.delete(id)) return false
    this.#options.holders.remove(id)
    this.#cut(id)
    return true
  }

  /** No more of a source that has nothing for us now. */
  part(id: PeerId): void {
    this.#options.holders.remove(id)
    this.#sources.delete(id)
    for (const [lane, held] of this.#lanes) if (held.lane.source === id) this.#lanes.delete(lane)
    this.#options.deps.pool.leave(this.#options.user, id)
  }

  /** Who was asked and gives nothing while others do loses what it was asked for, and is left alone for a while. */
  putStalledAside(): void {
    const { clock, pool } = this.#options.deps
    const now = clock.now()
    const lively = new Set<PeerId>()
    for (const { lane, pace } of this.#lanes.values()) {
      if (pool.isHeldBack(lane.source) || pace.gaveWithin(LIVELY_MS, now)) lively.add(lane.source)
    }
    const stalled = new Set<PeerId>()
    for (const { lane, pace } of this.#lanes.values()) {
      if (pace.isStalled(now) && !lively.has(lane.source)) stalled.add(lane.source)
    }
    // With nobody else there is nothing better to do than to wait.
    const others = [...this.#lanes.values()].some(({ lane }) => !stalled.has(lane.source))
    if (lively.size > 0 || others) for (const id of stalled) this.#putAside(id)
  }

  stop(): void {
    this.#stopped = true
  }

  #putAside(id: PeerId): void {
    const known = this.#sources.get(id)
    if (!known || known.isAside) return
    const { deps, tasks, turn, holders } = this.#options
    known.isAside = true
    known.stalls++
    deps.log.info('a source gives nothing: it is put aside for a while', { source: id })
    this.#cut(id)
    tasks.after(retryWaitMs(known.stalls, deps.chance(), ASIDE), () => {
      known.isAside = false
      if (this.#sources.get(id) === known) {
        deps.pool.join(this.#options.user, known.source, { isSingle: holders.isPartial(id) })
      }
      turn()
    })
  }

  /** It may hold on to what it was asked for: its connections end, so that this comes back. */
  #cut(id: PeerId): void {
    const { deps, user } = this.#options
    for (const [lane, held] of this.#lanes) if (held.lane.source === id) this.#lanes.delete(lane)
    deps.pool.leave(user, id)
    deps.pool.cut(id)
  }
}
