import type { EntryReason, Visibility } from './entry.js'

/** Changes of a manifest in few bytes, to be kept on disk: with the stamps of the local files. */
export interface ChangeBlock {
  /** The n of its first line, and of its last. */
  readonly first: number
  readonly last: number
  readonly lines: number
  readonly bytes: Uint8Array
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
