import { LIMITS } from '../wire/index.js'
import type { Clock } from './clock.js'
import type { Lane } from './download-pool.js'
import type { FilesInWork } from './files-in-work.js'
import type { LanePace } from './lane-pace.js'
import type { HeldLane, RunSources } from './run-sources.js'
import type { WholeEntries } from './whole-entries.js'
import type { Wishes } from './wishes.js'
import type { PlanLimits, Work } from './work.js'
import type { WorkPlan } from './work-plan.js'

const MiB = 1024 * 1024
/** What a lane has to do at most while someone reads: what is wanted next must not stand in a long line. */
const LANE_BYTES_FOR_READERS = 4 * MiB
/** What a lane is measured by: how long one piece would take. */
const PIECE_BYTES = MiB
/** A lane that is done within this time is not slow, ms. */
const SLOW_MS = 500

/** How much goes into one piece of work of a run. */
export const LIMITS_OF_WORK: PlanLimits = {
  batchFiles: LIMITS.batchFiles,
  batchBytes: 4 * MiB,
  spanBytes: 8 * MiB,
  spanPieces: LIMITS.requestPieces,
  wantedBytes: 2 * MiB,
  makeEntries: 512,
}

/** What handing out work needs of the run. */
export interface HandOutOptions {
  readonly plan: WorkPlan
  readonly sources: RunSources
  readonly files: FilesInWork
  readonly whole: WholeEntries
  readonly deps: { readonly wishes: Wishes; readonly clock: Clock }
}

/** Gives the connections of one run what the plan says, as much as each is fast. */
export class HandOut {
  readonly #options: HandOutOptions

  constructor(options: HandOutOptions) {
    this.#options = options
  }

  /** All that can be given out now. */
  all(): void {
    const { plan, sources } = this.#options
    for (let work = plan.next(); work; work = plan.next()) this.#do(work)
    for (let more = true; more; ) {
      more = false
      for (const held of sources.lanes()) more = this.#give(held) || more
    }
  }

  /** Gives a lane something to do; one that would idle helps a slower one. */
  #give({ lane, pace }: HeldLane): boolean {
    const { plan, deps } = this.#options
    const { asked } = pace
    const most = deps.wishes.size > 0 ? LANE_BYTES_FOR_READERS : Number.POSITIVE_INFINITY
    const allowance = Math.min(pace.allowance, most)
    if (asked >= allowance) return false
    const asking = { id: lane.id, source: lane.source, mostBytes: allowance / 2 }
    const work =
      plan.next(asking) ??
      (asked === 0 ? plan.nextAgain(asking, other => this.#isSlower(other, lane, pace)) : undefined)
    if (!work) return false
    pace.ask(this.#do(work, lane), deps.clock.now())
    return true
  }

  /** Whether a lane needs far longer for what it was asked for than another one would. */
  #isSlower(id: number, lane: Lane, pace: LanePace): boolean {
    const { sources, deps } = this.#options
    const other = sources.lane(id)
    if (!other || other.lane.source === lane.source) return false
    const ownMs = (PIECE_BYTES * 1_000) / (pace.rate ?? PIECE_BYTES)
    return other.pace.msLeft(deps.clock.now()) > 2 * ownMs + SLOW_MS
  }

  /** Sets about a piece of work; gives what it costs the lane. */
  #do(work: Work, lane?: Lane): number {
    const { files, whole } = this.#options
    if (work.kind === 'make') {
      whole.make(work.entries)
      return 0
    }
    if (!lane) return 0
    switch (work.kind) {
      case 'ask-root':
        whole.askRoot(work.entry, lane)
        return 0
      case 'batch':
        return whole.fetchBatch(work.entries, work.bytes, lane)
      case 'span':
        return files.fetchSpan(work, lane)
    }
  }
}
