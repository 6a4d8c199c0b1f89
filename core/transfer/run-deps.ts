import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import type { Catalog } from './catalog.js'
import type { Clock } from './clock.js'
import type { DownloadPool } from './download-pool.js'
import type { Journal } from './journal.js'
import type { PlacedFiles } from './local/placed-files.js'
import type { Numbers } from './numbers.js'
import type { RunEnd } from './outcome.js'
import type { Source } from './plan.js'
import type { ServedFiles } from './served-files.js'
import type { TransferJournal } from './transfer-journal.js'
import type { Wishes } from './wishes.js'

/** What work on a transfer needs. */
export interface RunDeps {
  readonly pool: DownloadPool
  readonly journal: Journal
  readonly notes: TransferJournal
  readonly catalog: Catalog
  readonly numbers: Numbers
  readonly wishes: Wishes
  readonly served: ServedFiles
  readonly placed: PlacedFiles
  readonly clock: Clock
  readonly log: Logger
  readonly self: PeerId
  /** Between 0 and 1. */
  readonly chance: () => number
  /** A file of the share that has this content. */
  localCopyOf(root: Root): string | undefined
  /** Who has this content besides the owner. */
  sourcesOf(root: Root, signal: AbortSignal): Promise<readonly Source[]>
  /** Where someone is; rejects when they can't be reached. */
  sourceOf(peer: PeerId, signal: AbortSignal): Promise<Source>
  /** Whether what may be executed at its owner may be here, too. */
  keepExecutable(): boolean
  changed(): void
  /** Called once, when nothing of this run goes on any more. */
  ended(end: RunEnd): void
}
