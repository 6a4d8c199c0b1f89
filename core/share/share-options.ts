import type { Import, ShareProgress } from '../api/index.js'
import type { Hasher } from '../content/index.js'
import type { Logger } from '../log/index.js'
import type { ListedEntry, Root, ShareVersion, Visibility } from '../manifest/index.js'
import type { Store } from '../store/index.js'
import type { BrowseAnswer, BrowseRequest, SearchAnswer, SearchRequest, WireChange } from '../wire/index.js'
import type { WorkerKind } from '../workers/index.js'
import type { MakeLink } from './imports-folder.js'
import type { Teller } from './own-search.js'
import type { Asker, Viewer } from './visibility.js'

export interface ShareOptions {
  /** The share folder; made if it is not there. */
  readonly folder: string
  /** Folders that are never shared, as the peer's database. */
  readonly keepOut?: readonly string[]
  readonly store: Store
  /** Stays the caller's to close. */
  readonly hasher: Hasher
  readonly workerKind?: WorkerKind
  readonly log: Logger
  /** Patterns of what the person leaves out. */
  readonly exclude?: readonly string[]
  /** Look for changes as they happen. Default: true. */
  readonly watch?: boolean
  /** For tests of systems that refuse links. */
  readonly makeLink?: MakeLink
  /** There is a new version to tell; once for many changes. */
  onChange(): void
  /** At most five times a second. */
  onProgress(progress: ShareProgress): void
  /** Something is no longer for everyone it was for: grants that were given must be asked for again. */
  onNarrowed?(): void
}

/** Leave to read one file, as it is on this computer. Plain data. */
export interface ShareGrant {
  /** The real local path. */
  readonly path: string
  readonly size: number
  /** Decimal bigints as text, as are the next two. */
  readonly dev: string
  readonly ino: string
  readonly mtimeNs: string
  /** The real folder it must stay in, or the file itself where that is the import. */
  readonly within: string
}

/** The root of a listed file, or how far hashing it is. */
export type RootOfPath =
  | { readonly root: Root; readonly size: number; readonly mtime: number }
  | { readonly pending: { readonly done: number; readonly total: number } }

/** What this peer offers. */
export interface Share {
  /** What the registry may be told of; durable, so it never names two states. */
  readonly version: ShareVersion
  progress(): ShareProgress
  /** What lies in the share folder: links, and files put there. */
  imports(): Promise<readonly Import[]>
  /**
   * Imports a file or folder without a copy; done when it is listed. Again for the same one only sets who
   * may see it. NOT_FOUND, BAD_INPUT for what can't be shared.
   */
  add(path: string, options?: { readonly visibility?: Visibility }): Promise<Import>
  /** What can't be shared, wherever it is, each with its reason: so many of them at most. */
  problems(limit: number): readonly ListedEntry[]
  /** Takes away the link; the original stays. BAD_INPUT for a file that lies in the share folder itself. */
  remove(name: string): Promise<void>
  setVisibility(name: string, visibility: Visibility): Promise<Import>
  /** Scans everything now; done when it is listed, which is before it is hashed. */
  rescan(): Promise<void>
  /** Leaves out other things from now on; scans everything soon. */
  setExclusions(patterns: readonly string[]): void
  /** NOT_FOUND for what is not there and for what is not for them, in the same words. */
  browse(asker: Viewer, request: BrowseRequest): BrowseAnswer
  /** A page of what someone may see of what matches. BAD_INPUT for a query that can't be searched for. */
  search(asker: Viewer, request: SearchRequest, teller: Teller): Promise<SearchAnswer>
  /** How much of the share someone may see. */
  countsFor(asker: Viewer): { readonly files: number; readonly bytes: number; readonly hashed: number }
  /** What leads the registry from n to `to`: open entries only. */
  changesSince(
    n: number,
    limit: number,
  ): { readonly to: number; readonly changes: WireChange[] } | 'start-over'
  /** Leave to read a file with this root that they may see and that is on disk as it was hashed. */
  grant(asker: Asker, root: Root): ShareGrant | undefined
  /** The local path of a file with this root that is on disk as it was hashed. */
  localCopyOf(root: Root): string | undefined
  /** A file's root; one that is not hashed yet moves to the front. An empty file has none: undefined. */
  rootOf(asker: Asker, path: string): RootOfPath | undefined
  /** The piece layer of a shared file of more than one piece. */
  layer(root: Root): Uint8Array | undefined
  /** Files whose content was read since the start. */
  readonly filesRead: number
  close(): Promise<void>
}
