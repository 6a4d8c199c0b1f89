import { pieceCount } from '../content/index.js'
import { type PlainError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Catalog } from './catalog.js'
import type { Clock } from './clock.js'
import type { DownloadPool } from './download-pool.js'
import { meaningOf } from './outcome.js'
import { hasBit } from './piece-map.js'
import type { RunSources } from './run-sources.js'
import type { RunTasks } from './run-tasks.js'
import type { WorkPlan } from './work-plan.js'

/** How often we see whether someone is to be asked, ms. */
const TICK_MS = 100
/** Between two questions to one source for one file: longer while it has nothing new, ms. */
const LEAST_WAIT_MS = 200
const MOST_WAIT_MS = 4_000

/** What asking for pieces needs of the run. */
export interface PieceNewsOptions {
  readonly transfer: number
  readonly plan: WorkPlan
  readonly tasks: RunTasks
  readonly sources: RunSources
  readonly deps: { readonly pool: DownloadPool; readonly catalog: Catalog; readonly clock: Clock }
  /** What a source says of an entry is that it breaks the protocol. */
  lied(source: PeerId): void
  /** There may be something to do next. */
  turn(): void
}

interface Asked {
  isOpen: boolean
  atMs: number
  waitMs: number
}

/** Asks sources that have only part of a file which pieces they have, as long as they lack what we want. */
export class PieceNews {
  readonly #options: PieceNewsOptions
  readonly #asked = new Map<string, Asked>()

  constructor(options: PieceNewsOptions) {
    this.#options = options
  }

  start(): void {
    this.#options.tasks.every(TICK_MS, () => this.#askAll())
  }

  #askAll(): void {
    const { plan, deps, tasks } = this.#options
    const now = deps.clock.now()
    for (const { source, entry } of plan.holders.partial()) {
      if (!this.#mayGain(source, entry)) continue
      const key = `${source} ${entry}`
      const asked = this.#asked.get(key) ?? { isOpen: false, atMs: 0, waitMs: LEAST_WAIT_MS }
      if (asked.isOpen || asked.atMs > now) continue
      this.#asked.set(key, asked)
      asked.isOpen = true
      tasks.add(
        this.#ask(source, entry, asked).finally(() => {
          asked.isOpen = false
          asked.atMs = deps.clock.now() + asked.waitMs
        }),
      )
    }
  }

  /** Whether the source lacks, as far as it said, a piece that we lack too. */
  #mayGain(source: PeerId, entry: number): boolean {
    const { plan, sources } = this.#options
    const pieces = plan.pieces(entry)
    if (!pieces || pieces.missing + pieces.asked === 0 || !sources.laneTo(source)) return false
    if (!plan.holders.may(source, entry)) return false
    const bits = plan.holders.bits(source, entry)
    for (let piece = 0; piece < pieces.pieces; piece++) {
      if (!pieces.isHere(piece) && !(bits && hasBit(bits, piece))) return true
    }
    return false
  }

  async #ask(source: PeerId, entry: number, asked: Asked): Promise<void> {
    const { plan, sources, deps, transfer, turn } = this.#options
    const lane = sources.laneTo(source)?.lane
    const { root, size } = deps.catalog.at(entry)
    if (!lane || !root) return
    try {
      const bits = await deps.pool.worker(lane.worker).askHave(lane.id, transfer, root, size)
      const before = plan.holders.bits(source, entry)
      if (!before) return
      const isNew = count(bits, size) > count(before, size)
      asked.waitMs = isNew ? LEAST_WAIT_MS : Math.min(MOST_WAIT_MS, asked.waitMs * 2)
      plan.holders.setBits(source, entry, bits)
      if (isNew) turn()
    } catch (error) {
      asked.waitMs = Math.min(MOST_WAIT_MS, asked.waitMs * 2)
      this.#failed(source, entry, toPlainError(error))
    }
  }

  /** Who doesn't have it after all is not asked again, unless it is found anew. */
  #failed(source: PeerId, entry: number, error: PlainError): void {
    const { plan, sources, lied } = this.#options
    const meaning = meaningOf(error.code)
    if (meaning === 'drop-source') lied(source)
    if (meaning !== 'refused') return
    plan.holders.remove(source, entry)
    if (!plan.holders.hasAny(source)) sources.part(source)
  }
}

function count(bits: Uint8Array, size: number): number {
  let pieces = 0
  for (let piece = 0; piece < pieceCount(size); piece++) if (hasBit(bits, piece)) pieces++
  return pieces
}
