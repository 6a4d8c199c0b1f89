import { randomBytes } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type {
  ConflictRule,
  EntriesPage,
  QueueMove,
  Transfer,
  TransferAction,
  TransferDetails,
  TransferPriority,
} from '../api/index.js'
import { PeerError, toPlainError } from '../errors/index.js'
import type { Identity, PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import type { Store } from '../store/index.js'
import type { WorkerKind } from '../workers/index.js'
import { BrokenDownload } from './broken-download.js'
import { ChangeTeller } from './change-teller.js'
import { type Clock, systemClock } from './clock.js'
import { Download, type DownloadDeps } from './download.js'
import { DownloadPool } from './download-pool.js'
import { firstOf, groupsOf } from './entry-groups.js'
import type { EntryRead } from './entry-readers.js'
import { Journal } from './journal.js'
import type { TransferRecord } from './journal-records.js'
import type { Lender } from './limits/lender.js'
import { KnownFolders } from './local/known-folders.js'
import { PlacedFiles } from './local/placed-files.js'
import { appliesTo, Places } from './places.js'
import type { DownloadPlan, PlannedEntry, Source } from './plan.js'
import { prepareTarget } from './prepare-target.js'
import { ServedFiles } from './served-files.js'

/** How the download engine runs. */
export interface TransfersOptions {
  readonly identity: Identity
  readonly store: Store
  readonly folders: {
    /** Where partial files lie, if it is on the target's volume. */
    readonly tmp: string
    /** Where downloads go that name no target. */
    downloads(): string
  }
  /** Downloads at once. Default 3. */
  readonly atOnce?: number
  /** Default: half the cores, 2 to 4. */
  readonly workers?: number
  readonly workerKind?: WorkerKind
  readonly log: Logger
  /** Default: no limits. */
  readonly limits?: Lender
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Between 0 and 1, spreads retries. Default: random. */
  readonly chance?: () => number
  /** What becomes of a file whose place is taken, where a download says nothing else. Default: both are kept. */
  onConflict?(): ConflictRule
  /** Whether what may be executed at its owner may be here, too. Default: never. */
  keepExecutable?(): boolean
  /** Who has this content. */
  sourcesOf(root: Root, signal: AbortSignal): Promise<readonly Source[]>
  /** Where someone is; rejects when they can't be reached. */
  sourceOf(peer: PeerId, signal: AbortSignal): Promise<Source>
  /** The full path of a file on this machine that had this content when it was looked at last. */
  localCopyOf?(root: Root): string | undefined
  /** Lists again what a download is of, where a crash cut its list. Without it such a download fails. */
  listAgain?(owner: PeerId, remotePath: string): AsyncIterable<readonly PlannedEntry[]>
  /** At most ten times a second for each. */
  onChange(transfer: Transfer): void
  onRemoved(id: string): void
  /** What was granted of this content, which a download serves or served, must be asked anew. */
  onServed?(root: Root): void
  /** What downloads serve beside the share, at most four times a second. */
  onAnnounce?(roots: readonly Root[]): void
}

/** The download engine. */
export interface Transfers {
  /** Newest first. */
  list(): Transfer[]
  /**
   * Puts a download in the queue; resolves when its place is decided and noted. The same one under way into the
   * same folder goes on instead.
   */
  start(plan: DownloadPlan): Promise<Transfer>
  pause(id: string): Promise<Transfer>
  /** Goes on with what is paused or failed. */
  resume(id: string): Promise<Transfer>
  cancel(id: string): Promise<Transfer>
  /** Does the same to many: those named, or all to which it applies; gives those it was done to. */
  each(action: TransferAction, which: readonly string[] | 'all'): Promise<Transfer[]>
  /** Moves one in the queue, among those of its priority. */
  move(id: string, to: QueueMove): Promise<Transfer>
  prioritise(ids: readonly string[], priority: TransferPriority): Promise<Transfer[]>
  /** Takes what is done, failed or cancelled off the list; its files stay. */
  remove(id: string): Promise<void>
  /** A page of what a transfer is of. */
  entries(id: string, offset: number, limit: number): EntriesPage
  /** Verified bytes of an entry, once they are there; they are fetched before all else of the transfer. */
  read(id: string, read: EntryRead): Promise<Uint8Array>
  /** A reader needs nothing more. */
  endRead(reader: string): void
  /** Who it is fetched from, and its rate over the last minute. */
  details(id: string): TransferDetails
  /** What of the downloads others may fetch from here. */
  readonly served: ServedFiles
  setAtOnce(count: number): void
  /** Wakes what waits for someone. */
  peerOnline(id: PeerId): void
  /** Stops all work; it goes on at the next start. Safe to call twice. */
  close(): Promise<void>
}

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
  readonly #folders: KnownFolders
  readonly #downloads = new Map<string, AnyDownload>()
  /** Places decided for downloads that are not in the list yet. */
  readonly #placing = new Set<string>()
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
    this.#folders = new KnownFolders(options.store)
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
    const id = randomBytes(16).toString('hex')
    const { folders } = this.#options
    const folder = plan.target ?? folders.downloads()
    const same = await this.#underWay(plan, first, folder)
    if (same) {
      await same.resume()
      return same.snapshot()
    }
    const onConflict = plan.onConflict ?? this.#options.onConflict?.() ?? 'keep-both'
    const target = await prepareTarget({
      folder,
      name: plan.name,
      type: first.type,
      tmp: folders.tmp,
      id,
      onConflict,
      knownIn: into => this.#known(plan, first, into)?.name,
      isReserved: path => this.#placing.has(path) || this.#isTarget(path),
    })
    const record: TransferRecord = {
      id,
      name: plan.name,
      type: first.type,
      ...(plan.owner && { owner: plan.owner }),
      ...(plan.ownerName !== undefined && { ownerName: plan.ownerName }),
      ...(plan.offer !== undefined && { offer: plan.offer }),
      ...target,
      onConflict,
      wish: 'run',
      finished: false,
      listed: false,
      entries: 0,
      files: 0,
      total: 0,
      createdAt: Date.now(),
    }
    const place = join(target.folder, target.targetName)
    this.#placing.add(place)
    const download = await this.#journal
      .commit(id, { record })
      .then(() => new Download(this.#deps(), record))
      .finally(() => this.#placing.delete(place))
    this.#downloads.set(id, download)
    await this.#known(plan, first, target.folder)?.remember(target.targetName)
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

  /** A download of the same thing into the same folder that is neither over nor failed. */
  async #underWay(plan: DownloadPlan, first: PlannedEntry, folder: string): Promise<Download | undefined> {
    const into = await realpath(folder).catch(() => undefined)
    for (const download of this.#downloads.values()) {
      if (!(download instanceof Download) || download.record.folder !== into) continue
      const { record } = download
      if (record.finished || record.failure || record.wish === 'cancel') continue
      if (record.offer !== plan.offer) continue
      if (record.owner === plan.owner && record.name === plan.name && download.isOf(first)) return download
    }
    return undefined
  }

  /** Under which name a folder was downloaded before. */
  #known({ owner }: DownloadPlan, { type, remotePath }: PlannedEntry, folder: string) {
    if (!owner || type === 'file') return undefined
    const key = { owner, remotePath, folder }
    return {
      name: this.#folders.name(key),
      remember: (name: string) => this.#folders.remember(key, name),
    }
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
