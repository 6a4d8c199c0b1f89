import type { Root } from './root.js'

/** Who may see and fetch an entry: everyone, people I verified, or these peer ids. */
export type Visibility = 'everyone' | 'verified' | readonly string[]

/** Why something in a share folder can't be fetched; it is listed all the same. */
export type EntryReason =
  | 'unreadable'
  | 'broken-link'
  | 'cycle'
  | 'leaves-import'
  | 'not-a-file'
  | 'bad-name'
  | 'too-deep'

/** A shared file. Without a root it is not hashed yet, unless it is empty. */
export interface FileEntry {
  readonly type: 'file'
  /** From the share folder down, `/` between parts, each part as it is stored. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Integer milliseconds since 1970 UTC. */
  readonly mtime: number
  readonly root?: Root
  /** Whether it may be executed at its owner; left out where it may not, or where that can't be told. */
  readonly exec?: boolean
  /** Set where it can't be fetched. */
  readonly reason?: EntryReason
  readonly visibility: Visibility
}

/** A shared folder; empty ones count too. */
export interface FolderEntry {
  readonly type: 'folder'
  readonly path: string
  readonly mtime: number
  readonly reason?: EntryReason
  readonly visibility: Visibility
}

/** One line of a manifest. */
export type Entry = FileEntry | FolderEntry

/** A share version: a random 128-bit epoch (32 hex digits) and a counter that grows by one a change. */
export interface ShareVersion {
  readonly epoch: string
  readonly n: number
}

/** One step of a manifest. Deleting a folder deletes what is below it. */
export type Change =
  | { readonly n: number; readonly op: 'put'; readonly entry: Entry }
  | { readonly n: number; readonly op: 'delete'; readonly path: string }
