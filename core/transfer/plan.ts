import type { ConflictRule } from '../api/index.js'
import type { PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'

/** One entry of a download, as its owner lists it. */
export interface PlannedEntry {
  readonly type: 'file' | 'folder'
  /** Below the download's own folder; '' is that folder, or the one file that is the download. */
  readonly path: string
  /** In the owner's share, or in its offer; '' when it is asked for by root alone. */
  readonly remotePath: string
  /** Bytes; 0 of a folder. */
  readonly size: number
  /** Integer milliseconds since 1970 UTC. */
  readonly mtime: number
  /** Left out while its owner has not hashed it. */
  readonly root?: Root
  /** Whether its owner may execute it. Here it may be only where the user's settings accept that. */
  readonly exec?: boolean
}

/** What to download. */
export interface DownloadPlan {
  /** The name it gets in the target folder, numbered when taken. */
  readonly name: string
  readonly owner?: PeerId
  readonly ownerName?: string
  /** The owner's offer whose entries these are: fetched from its owner only, and never served again. */
  readonly offer?: string
  /** The folder it goes into; default: the downloads folder. Made when absent. */
  readonly target?: string
  /** What becomes of a file whose place is taken by another. Default: as the engine is told. */
  readonly onConflict?: ConflictRule
  /**
   * At hand, or in groups as they are listed. The first tells whether the download is a file or a folder. Each
   * path comes once.
   */
  readonly entries: AsyncIterable<readonly PlannedEntry[]> | Iterable<PlannedEntry>
}

/** Someone to fetch from, and where to dial it. */
export interface Source {
  readonly id: PeerId
  readonly name: string
  /** Tried in this order. */
  readonly hosts: readonly string[]
  readonly dataPorts: readonly number[]
  /** It was found as one that has part of the content, or has it beside its share: it is asked which pieces. */
  readonly partial?: true
}
