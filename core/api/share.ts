import type { EntryReason, Visibility } from '../manifest/index.js'
import type { Listed } from './listing.js'

/** Something imported into the share, or lying in the share folder itself. */
export interface Import {
  /** Its name in the share folder. */
  readonly name: string
  /** The original, for an import by link. */
  readonly original?: string
  readonly type: 'file' | 'folder'
  readonly visibility: Visibility
  readonly files: number
  readonly bytes: number
  readonly mtime: number
  readonly reason?: EntryReason
}

/** How far the share is scanned and hashed. */
export interface ShareProgress {
  readonly scanning: boolean
  readonly files: number
  readonly bytes: number
  readonly hashedFiles: number
  readonly hashedBytes: number
  /** Bytes hashed a second, smoothed. */
  readonly rate: number
  /** Seconds until all is hashed; none when it can't be told. */
  readonly eta?: number
  /** Whether hashing is paused by the person. */
  readonly paused: boolean
  /** Set where the system has no watches left: changes are found by a scan every 5 minutes. */
  readonly unwatched?: boolean
}

/** What this peer shares. */
export interface ShareApi {
  list(): Promise<readonly Import[]>
  /** What can't be shared, in imports or deep in them, each with its reason: the first 1,000. */
  problems(): Promise<readonly Listed[]>
  /** Imports a file or folder without a copy; gives its name in the share. */
  add(path: string, options?: { readonly visibility?: Visibility }): Promise<Import>
  /** Changes who may see an import; whoever may not any more gets nothing of it from the moment on. */
  setVisibility(name: string, visibility: Visibility): Promise<Import>
  /** Takes away the link; the original stays. */
  remove(name: string): Promise<void>
  /** Scans again now and waits for the scan, not for hashing. */
  rescan(): Promise<void>
}
