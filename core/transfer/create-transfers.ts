import { realpath, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type {
  EntriesPage,
  QueueMove,
  Transfer,
  TransferAction,
  TransferDetails,
  TransferPriority,
} from '../api/index.js'
import { PeerError, type PlainError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import { BrokenDownload } from './broken-download.js'
import { ChangeTeller } from './change-teller.js'
import { type Clock, systemClock } from './clock.js'
import { Download, type DownloadDeps } from './download.js'
import { DownloadPool } from './download-pool.js'
import { firstOf, groupsOf } from './entry-groups.js'
import type { EntryRead } from './entry-readers.js'
import { Journal } from './journal.js'
import type { TransferRecord } from './journal-records.js'
import { PlacedFiles } from './local/placed-files.js'
import { NewDownloads } from './new-downloads.js'
import { appliesTo, Places } from './places.js'
import type { DownloadPlan, PlannedEntry } from './plan.js'
import { ServedFiles } from './served-files.js'
import type { Transfers, TransfersOptions } from './transfers.js'

const AT_ONCE = 3

/** Opens the download engine: what the journal holds goes on. */
export async function createTransfers(options: TransfersOptions): Promise<Transfers> {
  const engine = new Engine(options)
  engine.load()
  return engine
}

type AnyDownload = Download | BrokenDownload

class Engine implements Transfers {
  readonly #options: TransfersOptions
  readonly #clock: Clock
  readonly #journal: Journal
  readonly #pool: DownloadPool
  readonly #teller: ChangeTeller
  readonly served: ServedFiles
  readonly #placed: PlacedFiles
  readonly #new: NewDownloads
  readonly #downloads = new Map<string, AnyDownload>()
  readonly #places: Places
  #closing: Promise<void> | undefined

  constructor(options: TransfersOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#places = new Places(() => this.#all(), options.atOnce ?? AT_ONCE)
    this.#journal = new Journal(options.store)
    this.#teller = new ChangeTeller(this.#clock, options.onChange)
    this.served = new ServedFiles({
      clock: this.#clock,
      onChange: root => options.onServed?.(root),
      onAnnounce: roots => options.onAnnounce?.(roots),
    })
    this.#placed = new PlacedFiles({ store: options.store, clock: this.#clock, log: options.log })
    this.#new = new NewDownloads({
      ...options,
      journal: this.#journal,
      isTarget: path => this.#isTarget(path),
    })
    this.#pool = new DownloadPool({
      identity: options.identity,
      workers: options.workers ?? Math.min(4, Math.max(2, Math.floor(availableParallelism() / 2))),
      ...(options.workerKind && { workerKind: options.workerKind }),
      clock: this.#clock,
      log: options.log,
      limits: options.limits,
    })
  }

  load(): void {
    for (const found of this.#journal.transfers()) {
      const download = 'damage' in found ? this.#broken(found.id, found.damage) : this.#open(found)
      this.#downloads.set(download.id, download)
      if (download instanceof Download && !download.record.listed) this.#listAgain(download)
    }
    this.#fillPlaces()
  }

  list(): Transfer[] {
    return [...this.#downloads.values()].reverse().map(download => download.snapshot())
  }

  async start(plan: DownloadPlan): Promise<Transfer> {
    if (this.#closing) throw new PeerError('CLOSED', 'The peer is closing.')
    // The first entry tells what kind of target it gets; the rest may still be being listed.
    const { first, all } = await firstOf(groupsOf(plan.entries))
    if (!first) throw new PeerError('NOT_FOUND', 'There is nothing to download.')
    const folder = plan.target ?? this.#options.folders.downloads()
    const same = await this.#underWay(plan, first, folder)
    if (same?.goesOnWith(first)) {
      await same.resume()
      return same.snapshot()
    }
    // Its list is of another time. What it has placed is found by the new one, in the same place.
    if (same?.isStuck) await this.#replace(same)
    const download = await this.#new.make(plan, first, folder, record => {
      const made = new Download(this.#deps(), record)
      this.#downloads.set(made.id, made)
      return made
    })
    const listed = download.list(all)
    // What is at hand is noted before we say that it is.
    if (Symbol.iterator in plan.entries) await listed.then(() => download.noted())
    this.#fillPlaces()
    return download.snapshot()
  }

  pause(id: string): Promise<Transfer> {
    return this.#act(id, download => download.pause())
  }

  resume(id: string): Promise<Transfer> {
    return this.#act(id, download => download.resume())
  }

  cancel(id: string): Promise<Transfer> {
    return this.#act(id, download => download.cancel())
  }

  async each(action: TransferAction, which: readonly string[] | 'all'): Promise<Transfer[]> {
    const chosen = which === 'all' ? this.#allFor(action) : which.map(id => this.#find(id))
    // At once: with one after the other, each that is paused would make room for the next.
    await Promise.all(chosen.map(download => act(download, action)))
    return chosen.map(download => download.snapshot())
  }

  async move(id: string, to: QueueMove): Promise<Transfer> {
    const download = this.#queued(id)
    await this.#places.move(download, to)
    return download.snapshot()
  }

  async prioritise(ids: readonly string[], priority: TransferPriority): Promise<Transfer[]> {
    const downloads = ids.map(id => this.#queued(id))
    await this.#places.prioritise(downloads, priority)
    return downloads.map(download => download.snapshot())
  }

  async remove(id: string): Promise<void> {
    const download = this.#find(id)
    const { state } = download.snapshot()
    if (state !== 'done' && state !== 'failed' && state !== 'cancelled') {
      throw new PeerError('BAD_INPUT', 'This download is not over. Cancel it first.')
    }
    this.#downloads.delete(id)
    this.#teller.forget(id)
    await download.forget()
    this.#options.onRemoved(id)
  }

  entries(id: string, offset: number, limit: number): EntriesPage {
    return this.#find(id).reading.page(offset, limit)
  }

  async read(id: string, read: EntryRead): Promise<Uint8Array> {
    return this.#find(id).reading.read(read)
  }

  endRead(reader: string): void {
    for (const download of this.#downloads.values()) download.reading.end(reader)
  }

  details(id: string): TransferDetails {
    return this.#find(id).details()
  }

  setAtOnce(count: number): void {
    this.#places.setAtOnce(count)
  }

  peerOnline(id: PeerId): void {
    for (const download of this.#downloads.values()) download.peerOnline(id)
  }

  leave(id: PeerId, why: PlainError): void {
    for (const download of this.#all()) download.leave(id, why)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#downloads.values()].map(download => download.close()))
    this.#teller.close()
    this.served.close()
    await this.#placed.flush()
    await this.#pool.close()
  }

  async #act(id: string, action: (download: AnyDownload) => Promise<void>): Promise<Transfer> {
    const download = this.#find(id)
    await action(download)
    return download.snapshot()
  }

  async #replace(download: Download): Promise<void> {
    await download.cancel()
    await this.remove(download.id)
  }

  /** A download of the same thing into the same folder that is not over. */
  async #underWay(plan: DownloadPlan, first: PlannedEntry, folder: string): Promise<Download | undefined> {
    const into = await realpath(folder).catch(() => undefined)
    for (const download of this.#downloads.values()) {
      if (!(download instanceof Download) || download.record.folder !== into) continue
      const { record } = download
      if (download.isOver) continue
      if (record.offer !== plan.offer) continue
      if (record.owner === plan.owner && record.name === plan.name && download.isAt(first)) return download
    }
    return undefined
  }

  /** Whether a download that is not over becomes this path. */
  #isTarget(path: string): boolean {
    for (const download of this.#downloads.values()) {
      const { state, target } = download.snapshot()
      if (target === path && state !== 'done' && state !== 'cancelled') return true
    }
    return false
  }

  #find(id: string): AnyDownload {
    const download = this.#downloads.get(id)
    if (!download) throw new PeerError('NOT_FOUND', 'There is no such transfer.')
    return download
  }

  #open(record: TransferRecord): AnyDownload {
    try {
      return new Download(this.#deps(), record)
    } catch (error) {
      return this.#broken(record.id, error, record)
    }
  }

  #broken(id: string, error: unknown, record?: TransferRecord): BrokenDownload {
    const { code, message } = toPlainError(error)
    this.#options.log.error('the journal of a transfer is damaged', { id, code })
    return new BrokenDownload(
      id,
      { code, message },
      {
        ...(record && { record }),
        forget: async () => {
          await this.#journal.forget(id, { keep: 'nothing' })
          if (record) await rm(record.tmp, { recursive: true, force: true })
        },
      },
    )
  }

  #listAgain(download: Download): void {
    const { record } = download
    const path = record.owner && download.firstRemotePath
    const { listAgain } = this.#options
    if (record.finished || record.wish === 'cancel') return
    if (record.owner && path && listAgain) void download.list(groupsOf(listAgain(record.owner, path)))
    else download.listIsCut()
  }

  #fillPlaces(): void {
    if (!this.#closing) this.#places.fill()
  }

  #all(): Download[] {
    return [...this.#downloads.values()].filter(download => download instanceof Download)
  }

  /** All to which an action applies, in the order of the list. */
  #allFor(action: TransferAction): Download[] {
    return this.#all().filter(download => {
      const { state, reason } = download.snapshot()
      return appliesTo(action, state, reason === 'user')
    })
  }

  /** One that has a place in the queue, or may get one again. */
  #queued(id: string): Download {
    const download = this.#find(id)
    if (download instanceof Download && !download.isOver) return download
    throw new PeerError('BAD_INPUT', 'This download is over, so it has no place in the queue.')
  }

  #deps(): DownloadDeps {
    const { log, sourcesOf, sourceOf, localCopyOf, chance } = this.#options
    return {
      pool: this.#pool,
      journal: this.#journal,
      served: this.served,
      placed: this.#placed,
      localCopyOf: root => localCopyOf?.(root),
      clock: this.#clock,
      log,
      self: this.#options.identity.id,
      chance: chance ?? Math.random,
      sourcesOf: (root, signal) => sourcesOf(root, signal),
      sourceOf: (peer, signal) => sourceOf(peer, signal),
      keepExecutable: () => this.#options.keepExecutable?.() ?? false,
      date: () => Date.now(),
      // Of what is off the list nothing is told, though something of it may still end.
      changed: download => {
        if (this.#downloads.has(download.id)) this.#teller.changed(download)
      },
      placeOf: id => this.#places.placeOf(id),
      placesChanged: () => this.#fillPlaces(),
    }
  }
}

function act(download: AnyDownload, action: TransferAction): Promise<void> {
  switch (action) {
    case 'pause':
      return download.pause()
    case 'resume':
    case 'retry':
      return download.resume()
    case 'cancel':
      return download.cancel()
  }
}
