import type { Change, EntryReason, Visibility } from './entry.js'

/** A change as it is kept on disk: with the stamp of the local file, and whether a deletion was of an open entry. */
export type KeptChange = Change & { readonly stamp?: number; readonly open?: boolean }

/** Told of every change, so that a copy can be kept: by n, one record each. */
export interface ManifestJournal {
  keep(change: KeptChange): void
  /** The record with this n is outdated. */
  drop(n: number): void
}

/** Something found in a folder by a scan. */
export type Found =
  | {
      readonly type: 'file'
      readonly name: string
      readonly size: number
      readonly mtime: number
      readonly stamp: number
      readonly exec?: boolean
      readonly reason?: EntryReason
    }
  | { readonly type: 'folder'; readonly name: string; readonly mtime: number; readonly reason?: EntryReason }

/** What else a scan of a folder knows. */
export interface FolderState {
  /** The folder's own. */
  readonly mtime?: number
  /** Who may see what is new directly in the share folder. Default: everyone. */
  readonly visibilityOf?: (name: string) => Visibility
}

/** For whom a listing is: which visibilities the asker may see. */
export type Allow = (visibility: Visibility) => boolean

/** Bounds of one answer of `changesSince`. */
export interface ChangesCut {
  readonly limit: number
  readonly maxBytes?: number
  /** No change later than this one: what is not on disk yet is not told. */
  readonly upTo?: number
  /** Only what is open to everyone: what closes is a deletion, and what never was open isn't told at all. */
  readonly openOnly?: boolean
}

/** A file that still has to be hashed. */
export interface UnhashedFile {
  readonly path: string
  readonly size: number
  readonly stamp: number
}

/** How pressing it is to hash a file; the least goes first. */
export type HashScore = (sizeBytes: number, mtime: number) => number
