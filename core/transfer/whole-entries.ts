import { PeerError, type PlainError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Catalog } from './catalog.js'
import type { DownloadPool, Lane, PoolUser } from './download-pool.js'
import { targetPath } from './entry-target.js'
import type { LocalEntries } from './local/local-entries.js'
import type { RunTasks } from './run-tasks.js'
import type { TransferJournal } from './transfer-journal.js'
import type { WorkPlan } from './work-plan.js'
import type { BatchResult, DownloadEvent } from './worker/protocol.js'

/** What a small file costs beside its bytes. */
const FILE_COST_BYTES = 16 * 1024
/** How often a listed file that is still being hashed is asked for again, ms. */
const ASK_AGAIN_MS = 1_000

/** What the whole entries of one run share with it. */
export interface WholeEntriesOptions {
  readonly user: PoolUser
  readonly transfer: number
  readonly plan: WorkPlan
  readonly local: LocalEntries
  readonly tasks: RunTasks
  readonly deps: {
    readonly pool: DownloadPool
    readonly notes: TransferJournal
    readonly catalog: Catalog
    changed(): void
  }
  /** An entry did not come, from this source or because of something here. */
  refused(entry: number, source: PeerId | undefined, error: PlainError): void
  /** There may be something to do next. */
  turn(): void
}

interface Batch {
  readonly lane: number
  readonly source: PeerId
  readonly cost: number
}

type BatchDone = Extract<DownloadEvent, { kind: 'batch-done' }>

/** The entries of one run that are fetched or made whole: small files in batches, folders, empty files. */
export class WholeEntries {
  readonly #options: WholeEntriesOptions
  readonly #batches = new Map<number, Batch>()

  constructor(options: WholeEntriesOptions) {
    this.#options = options
  }

  /** Whether a batch is under way. */
  get busy(): boolean {
    return this.#batches.size > 0
  }

  /** Asks a lane for a batch; gives what it costs the lane. */
  fetchBatch(entries: readonly number[], bytes: number, lane: Lane): number {
    const { user, transfer, local, deps } = this.#options
    const { pool, catalog, notes } = deps
    const batch = pool.addBatch(user)
    const files = entries.flatMap(entry => {
      const about = catalog.at(entry)
      const { root, size, mtime } = about
      if (!root) return []
      return [{ entry, root, size, mtime, path: targetPath(notes.record, about), ...local.extras(entry) }]
    })
    const cost = bytes + entries.length * FILE_COST_BYTES
    this.#batches.set(batch, { lane: lane.id, source: lane.source, cost })
    const { folder, tmp } = notes.record
    const spec = { batch, transfer, base: folder, tmp, files }
    void pool.worker(lane.worker).fetchBatch.asEvent(lane.id, spec)
    return cost
  }

  /** A batch has ended; gives which lane it no longer costs what. */
  batchDone({ batch, placed, renamed = [], failed }: BatchDone): {
    readonly lane: number
    readonly cost: number
  } {
    const asked = this.#batches.get(batch)
    this.#batches.delete(batch)
    this.#options.tasks.ended()
    this.#take({ placed, renamed, failed }, asked?.source)
    return { lane: asked?.lane ?? 0, cost: asked?.cost ?? 0 }
  }

  /** Makes folders and empty files. */
  make(entries: readonly number[]): void {
    this.#options.tasks.add(this.#make(entries))
  }

  /** Asks for the root of a listed file that had none. */
  askRoot(entry: number, lane: Lane): void {
    this.#options.tasks.add(this.#askRoot(entry, lane))
  }

  async #make(entries: readonly number[]): Promise<void> {
    const { local, deps } = this.#options
    const { pool, catalog, notes } = deps
    const items = entries.map(entry => {
      const about = catalog.at(entry)
      const { type, mtime } = about
      return { entry, type, mtime, path: targetPath(notes.record, about), ...local.extras(entry) }
    })
    this.#take(await pool.worker(0).make(notes.record.folder, items))
    this.#options.turn()
  }

  async #askRoot(entry: number, lane: Lane): Promise<void> {
    const { transfer, plan, tasks, deps, refused, turn } = this.#options
    const { pool, catalog, notes } = deps
    try {
      const { remotePath: path, size } = catalog.at(entry)
      const { offer } = notes.record
      const asked = { transfer, path, ...(offer !== undefined && { offer }) }
      const found = await pool.worker(lane.worker).askRoot(lane.id, asked)
      // What was agreed to is what comes: a size that was offered is no estimate.
      if (offer !== undefined && 'root' in found && found.size !== size) throw changedSinceOffered()
      if ('root' in found) {
        catalog.setRoot(entry, found.root, found.size)
        notes.change({ total: catalog.bytes })
        notes.commitSoon()
        plan.giveBack(entry)
      } else {
        tasks.after(ASK_AGAIN_MS, () => {
          plan.giveBack(entry)
          turn()
        })
      }
    } catch (error) {
      refused(entry, lane.source, toPlainError(error))
    }
    turn()
  }

  /** What became of whole entries. */
  #take({ placed, renamed = [], failed }: BatchResult, source?: PeerId): void {
    const { plan, local, deps, refused } = this.#options
    const names = new Map(renamed.map(({ entry, name }) => [entry, name]))
    for (const entry of placed) {
      const name = names.get(entry)
      if (name !== undefined && deps.catalog.at(entry).path === '') deps.notes.change({ targetName: name })
      deps.catalog.setDone(entry)
      plan.done(entry)
      local.placed(entry, name)
    }
    if (placed.length > 0) deps.notes.commitSoon()
    for (const { entry, error } of failed) refused(entry, source, error)
    deps.changed()
  }
}

function changedSinceOffered(): PeerError {
  return new PeerError('SOURCE_CHANGED', 'The file was changed by its owner since it was offered.')
}
