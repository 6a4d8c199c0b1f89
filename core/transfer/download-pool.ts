import { PeerError, type PlainError, toPlainError } from '../errors/index.js'
import type { Identity, PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import { startWorker, type WorkerHandle, type WorkerKind } from '../workers/index.js'
import type { Clock } from './clock.js'
import type { Lender } from './limits/lender.js'
import { loansOf, READ_BYTES } from './limits/pacing.js'
import type { Source } from './plan.js'
import type { DownloadCalls, DownloadEvent, DownloadReports } from './worker/protocol.js'

/** After how many written bytes a worker syncs a file. */
const SYNC_BYTES = 8 * 1024 * 1024
/** Written and not yet synced bytes of all workers: what a crash can cost at most. */
const UNSYNCED_BYTES = 48 * 1024 * 1024
/** How long an unused connection is kept for the next transfer, ms. */
const UNUSED_MS = 5_000

/** When a limit here lets each connection read so seldom, s, silence says nothing of a source. */
const SELDOM_S = 1
/** For how long after a limit has changed too, ms. */
const CHANGED_MS = 10_000

/** A connection of one worker to one source. */
export interface Lane {
  readonly id: number
  readonly worker: number
  readonly source: PeerId
  readonly open: boolean
}

/** A transfer, as the pool sees it. */
export interface PoolUser {
  laneOpen(lane: Lane): void
  laneLost(lane: Lane, error: PlainError): void
  workerLost(worker: number): void
  event(event: DownloadEvent): void
}

interface HeldLane extends Lane {
  open: boolean
  readonly users: Set<PoolUser>
  /** Stops the wait after which it is closed. */
  stay?: () => void
}

/** How the pool runs its workers. */
export interface PoolOptions {
  readonly identity: Identity
  readonly workers: number
  readonly workerKind?: WorkerKind
  readonly clock: Clock
  readonly log: Logger
  readonly limits?: Lender | undefined
}

type Calls = WorkerHandle<DownloadCalls>['call']

/**
 * The download workers and their connections, shared by all transfers: one connection of each worker to each
 * source in use. What workers tell goes to the transfer it concerns.
 */
export class DownloadPool {
  readonly #options: PoolOptions
  readonly #workers: (WorkerHandle<DownloadCalls> | undefined)[] = []
  readonly #lanes = new Map<number, HeldLane>()
  readonly #files = new Map<number, PoolUser>()
  readonly #batches = new Map<number, PoolUser>()
  readonly #transfers = new Map<number, PoolUser>()
  readonly #stopWatching: (() => void) | undefined
  #limitsChanged = Number.NEGATIVE_INFINITY
  #last = 0
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
    this.#stopWatching = options.limits?.watch(pacing => {
      this.#limitsChanged = options.clock.now()
      for (const worker of this.#workers) worker?.call.pace.asEvent(pacing)
    })
  }

  get size(): number {
    return this.#options.workers
  }

  /** The number under which the pool knows a transfer from now on. */
  addTransfer(user: PoolUser): number {
    return add(this.#transfers, ++this.#last, user)
  }

  /** The number of a file of more than one piece. */
  addFile(user: PoolUser): number {
    return add(this.#files, ++this.#last, user)
  }

  forgetTransfer(transfer: number): void {
    this.#transfers.delete(transfer)
  }

  addBatch(user: PoolUser): number {
    return add(this.#batches, ++this.#last, user)
  }

  forgetFile(file: number): void {
    this.#files.delete(file)
  }

  /** The functions of a worker, which is started when it isn't running. */
  worker(index: number): Calls {
    let worker = this.#workers[index]
    if (!worker) {
      worker = this.#startWorker(index)
      this.#workers[index] = worker
    }
    return worker.call
  }

  /**
   * Lets a transfer use a source, over one connection or over one of each worker: those that are open are told at
   * once, others when they are.
   */
  join(user: PoolUser, source: Source, { isSingle = false } = {}): void {
    if (isSingle && this.#lanesOf(user, source.id) > 0) return
    const only = isSingle ? this.#leastUsed() : undefined
    for (let worker = 0; worker < this.#options.workers; worker++) {
      if (only !== undefined && worker !== only) continue
      const lane = this.#find(worker, source.id) ?? this.#connect(worker, source)
      if (lane.users.has(user)) continue
      lane.users.add(user)
      lane.stay?.()
      if (lane.open) user.laneOpen(lane)
    }
  }

  #lanesOf(user: PoolUser, source: PeerId): number {
    let lanes = 0
    for (const lane of this.#lanes.values()) if (lane.source === source && lane.users.has(user)) lanes++
    return lanes
  }

  /** The worker with the fewest connections. */
  #leastUsed(): number {
    const lanes = new Array<number>(this.#options.workers).fill(0)
    for (const { worker } of this.#lanes.values()) lanes[worker] = (lanes[worker] ?? 0) + 1
    return lanes.indexOf(Math.min(...lanes))
  }

  /** Whether any connection of a transfer is open or being opened. */
  hasLane(user: PoolUser): boolean {
    for (const lane of this.#lanes.values()) if (lane.users.has(user)) return true
    return false
  }

  /** Whether a source may seem silent because of a limit here. */
  isHeldBack(source: PeerId): boolean {
    if (this.#options.clock.now() - this.#limitsChanged < CHANGED_MS) return true
    const pace = this.#options.limits?.paceOf(source)
    return pace !== undefined && (this.#lanes.size * READ_BYTES) / pace > SELDOM_S
  }

  /** A transfer stops using a source, or all. */
  leave(user: PoolUser, source?: PeerId): void {
    for (const lane of this.#lanes.values()) {
      if (source !== undefined && lane.source !== source) continue
      if (!lane.users.delete(user) || lane.users.size > 0) continue
      lane.stay?.()
      lane.stay = this.#options.clock.after(UNUSED_MS, () => this.#disconnect(lane))
    }
  }

  /** Ends all connections to a source, whoever uses them; they may dial it again. */
  cut(source: PeerId): void {
    const error = { code: 'CONNECTION_LOST', message: 'The connection was ended here.' } as const
    for (const lane of this.#lanes.values()) {
      if (lane.source !== source) continue
      lane.stay?.()
      this.#disconnect(lane)
      for (const user of lane.users) user.laneLost(lane, error)
    }
  }

  /** Drops what is asked for a transfer; each piece of work is still told. */
  cancel(transfer: number): void {
    for (const worker of this.#workers) worker?.call.cancel.asEvent(transfer)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stopWatching?.()
    for (const lane of this.#lanes.values()) lane.stay?.()
    this.#lanes.clear()
    await Promise.all(this.#workers.map(worker => worker?.close()))
  }

  #startWorker(index: number): WorkerHandle<DownloadCalls> {
    const { identity, workerKind, workers, limits } = this.#options
    const worker = startWorker<DownloadCalls, DownloadReports>({
      entry: new URL('./worker/download-worker.js', import.meta.url),
      name: 'download',
      ...(workerKind && { kind: workerKind }),
      local: {
        report: events => {
          for (const event of events) this.#tell(event)
        },
        ...loansOf(limits),
      },
    })
    const unsyncedBytes = UNSYNCED_BYTES / workers
    void worker.call.start.asEvent({
      identity,
      index,
      syncBytes: Math.min(SYNC_BYTES, unsyncedBytes / 2),
      unsyncedBytes,
    })
    if (limits) void worker.call.pace.asEvent(limits.pacing)
    void worker.ended.then(error => this.#workerEnded(index, worker, error))
    return worker
  }

  #workerEnded(index: number, worker: WorkerHandle<DownloadCalls>, error: PeerError | undefined): void {
    if (this.#closed || this.#workers[index] !== worker) return
    this.#workers[index] = undefined
    this.#options.log.error('a download worker ended', { cause: String(error?.cause) })
    const users = new Set(this.#files.values())
    for (const lane of [...this.#lanes.values()].filter(held => held.worker === index)) {
      for (const user of lane.users) users.add(user)
      this.#drop(lane, toPlainError(error ?? new PeerError('WORKER_LOST', 'A worker ended.')))
    }
    for (const user of users) user.workerLost(index)
  }

  #connect(worker: number, source: Source): HeldLane {
    const lane: HeldLane = { id: ++this.#last, worker, source: source.id, open: false, users: new Set() }
    this.#lanes.set(lane.id, lane)
    this.worker(worker)
      .connect(lane.id, source)
      .then(
        () => {
          if (!this.#lanes.has(lane.id)) return
          lane.open = true
          for (const user of lane.users) user.laneOpen(lane)
        },
        error => this.#drop(lane, toPlainError(error)),
      )
    return lane
  }

  #find(worker: number, source: PeerId): HeldLane | undefined {
    for (const lane of this.#lanes.values()) {
      if (lane.worker === worker && lane.source === source) return lane
    }
    return undefined
  }

  #disconnect(lane: HeldLane): void {
    this.#lanes.delete(lane.id)
    void this.#workers[lane.worker]?.call.disconnect.asEvent(lane.id)
  }

  #drop(lane: HeldLane, error: PlainError): void {
    if (!this.#lanes.delete(lane.id)) return
    lane.stay?.()
    this.#options.log.debug('lost a source', {
      source: lane.source,
      code: error.code,
      message: error.message,
    })
    for (const user of lane.users) user.laneLost(lane, error)
  }

  #tell(event: DownloadEvent): void {
    switch (event.kind) {
      case 'lane-lost': {
        const lane = this.#lanes.get(event.lane)
        if (lane) this.#drop(lane, event.error)
        return
      }
      case 'batch-done':
        this.#batches.get(event.batch)?.event(event)
        this.#batches.delete(event.batch)
        return
      case 'fetched':
      case 'local':
        this.#transfers.get(event.transfer)?.event(event)
        return
      default:
        this.#files.get(event.file)?.event(event)
    }
  }
}

function add(users: Map<number, PoolUser>, number: number, user: PoolUser): number {
  users.set(number, user)
  return number
}
