import type {
  ConflictRule,
  EntriesPage,
  QueueMove,
  Transfer,
  TransferAction,
  TransferDetails,
  TransferPriority,
} from '../api/index.js'
import type { PlainError } from '../errors/index.js'
import type { Identity, PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import type { Store } from '../store/index.js'
import type { WorkerKind } from '../workers/index.js'
import type { Clock } from './clock.js'
import type { EntryRead } from './entry-readers.js'
import type { Lender } from './limits/lender.js'
import type { DownloadPlan, PlannedEntry, Source } from './plan.js'
import type { ServedFiles } from './served-files.js'

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
  /** Nothing more is fetched from someone; what only they have waits, and says why. */
  leave(id: PeerId, why: PlainError): void
  /** Stops all work; it goes on at the next start. Safe to call twice. */
  close(): Promise<void>
}
