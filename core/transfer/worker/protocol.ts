import type { PlainError } from '../../errors/index.js'
import type { Identity, PeerId } from '../../identity/index.js'
import type { Root } from '../../manifest/index.js'
import type { Grant, RootOfPath } from '../grant.js'
import type { Loans, Pacing } from '../limits/pacing.js'
import type { Span } from '../piece-map.js'
import type { Source } from '../plan.js'

/** What crosses between the main side and its data workers: plain data, never bytes of files. */

/** How a download worker works. */
export interface DownloadWorkerOptions {
  readonly identity: Identity
  /** Which of the workers it is: they begin with different ports of a source. */
  readonly index: number
  /** After how many written bytes a file is synced. */
  readonly syncBytes: number
  /** Written bytes not yet synced at which the worker stops reading until a sync is done. */
  readonly unsyncedBytes: number
}

/** A file of more than one piece, as a worker must know it. `file` and `transfer` are numbers of ours. */
export interface FileSpec {
  readonly file: number
  readonly transfer: number
  /** For messages. */
  readonly name: string
  /** The partial file. */
  readonly path: string
  readonly size: number
  readonly root: Root
  readonly layer?: Uint8Array
}

/** Which file at the place may be replaced: any, or only the one that has this stamp. */
export type Replace = 'any' | { readonly stamp: number }

/** Where something goes: below a real folder. */
export interface TargetSpec {
  readonly base: string
  /** Local names from `base` down, joined by `/`, which no local name has; the last is its own. */
  readonly path: string
  readonly mtime: number
  /** Without it what is there stays, and the new file gets a free name. */
  readonly replace?: Replace
  /** Whether it may be executed: it was, at its owner, and the user accepts that. */
  readonly exec?: boolean
}

/** One small file of a batch. */
export interface BatchFile {
  readonly entry: number
  readonly root: Root
  readonly size: number
  readonly path: string
  readonly mtime: number
  readonly replace?: Replace
  readonly exec?: boolean
}

/** Small files to be fetched, checked, synced and placed together. */
export interface BatchSpec {
  readonly batch: number
  readonly transfer: number
  readonly base: string
  /** The folder of partial files. */
  readonly tmp: string
  readonly files: readonly BatchFile[]
}

/** A folder or an empty file to be made. */
export interface MakeItem {
  readonly entry: number
  readonly type: 'file' | 'folder'
  readonly path: string
  readonly mtime: number
  readonly replace?: Replace
  readonly exec?: boolean
}

/** A file whose root is asked for: in the source's share, or in its offer. */
export interface AskedRoot {
  readonly transfer: number
  readonly path: string
  readonly offer?: string
}

/** What became of each file of a batch. */
export interface BatchResult {
  readonly placed: readonly number[]
  /** Those of them that got another name, because theirs was taken. */
  readonly renamed?: readonly { readonly entry: number; readonly name: string }[]
  /** Not given by the source, or not what was asked for, or not writable here. */
  readonly failed: readonly { readonly entry: number; readonly error: PlainError }[]
}

/** A place to look at before anything is fetched for it. */
export interface LookItem {
  readonly entry: number
  readonly path: string
}

/** Something at a place, or at a numbered name after it. */
export interface Seen {
  readonly name: string
  readonly kind: 'file' | 'other'
  readonly size: number
  readonly stamp: number
}

/** What is at a place and, as long as each is taken, at the numbered names after it. */
export interface Looked {
  readonly entry: number
  readonly there: readonly Seen[]
  /** It can't be looked at, so nothing can be placed there either. */
  readonly error?: PlainError
}

/** A file that may be on this machine already. */
export interface LocalFile {
  readonly transfer: number
  readonly entry: number
  readonly root: Root
  readonly size: number
  /** The partial file that a copy becomes first. */
  readonly tmp: string
  readonly target: TargetSpec
  /** Names at the target's folder that may hold this very content. */
  readonly same: readonly string[]
  /** Full paths of files elsewhere that may have this content. */
  readonly copies: readonly string[]
}

/** Where it was found: at its place under this name, elsewhere and copied to its place, or nowhere. */
export type LocalResult =
  | { readonly kind: 'same'; readonly name: string }
  | { readonly kind: 'copied'; readonly name: string; readonly wrong: readonly string[] }
  | { readonly kind: 'absent'; readonly wrong: readonly string[] }
  | { readonly kind: 'failed'; readonly error: PlainError }

/** What a download worker tells, in order; many are told at once. */
export type DownloadEvent =
  | { readonly kind: 'lane-lost'; readonly lane: number; readonly error: PlainError }
  | { readonly kind: 'layer'; readonly file: number; readonly layer: Uint8Array }
  | { readonly kind: 'written'; readonly file: number; readonly pieces: readonly number[] }
  | { readonly kind: 'synced'; readonly file: number; readonly pieces: readonly number[] }
  | {
      readonly kind: 'checked'
      readonly file: number
      readonly good: readonly number[]
      readonly bad: readonly number[]
    }
  /** A span's requests are all answered; pieces that did not come are told with why. */
  | {
      readonly kind: 'span-done'
      readonly lane: number
      readonly file: number
      readonly span: Span
      readonly error?: PlainError
    }
  /** The file could not be written, synced or read here. */
  | { readonly kind: 'file-failed'; readonly file: number; readonly error: PlainError }
  | ({ readonly kind: 'batch-done'; readonly lane: number; readonly batch: number } & BatchResult)
  /** Bytes from the network for a transfer, and how many of them were of no use. */
  | {
      readonly kind: 'fetched'
      readonly lane: number
      readonly transfer: number
      readonly bytes: number
      readonly wasted: number
    }

  /** Bytes of an entry that were read here, of a file that is compared or copied. */
  | { readonly kind: 'local'; readonly transfer: number; readonly entry: number; readonly bytes: number }

/** What a download worker may be asked. */
export interface DownloadCalls {
  start(options: DownloadWorkerOptions): void
  /** Opens a data connection; rejects when the source can't be reached or is another. */
  connect(lane: number, source: Source): Promise<void>
  disconnect(lane: number): void
  openFile(spec: FileSpec): void
  setLayer(file: number, layer: Uint8Array): void
  fetchSpan(lane: number, file: number, span: Span, withLayer: boolean): void
  fetchBatch(lane: number, batch: BatchSpec): void
  /** The pieces that a source has of a file, as a bitfield. */
  askHave(lane: number, transfer: number, root: Root, size: number): Promise<Uint8Array>
  /** Others gave these pieces: what a lane still brings of them is not wanted. */
  cancelPieces(lane: number, file: number, pieces: readonly number[]): void
  askRoot(lane: number, asked: AskedRoot): Promise<RootOfPath>
  /** Reads kept pieces again. */
  check(file: number, spans: readonly Span[]): void
  /** Drops what is still to come for it and lets go of it. */
  closeFile(file: number): Promise<void>
  /** Syncs a whole file and moves it to its place; gives the name it got. */
  finish(tmp: string, target: TargetSpec): Promise<string>
  /** Makes folders and empty files; gives those that could not be made. */
  make(base: string, items: readonly MakeItem[]): Promise<BatchResult>
  /** Looks what is at these places. */
  lookAt(base: string, items: readonly LookItem[]): readonly Looked[]
  /** Compares files with what is at their places, and copies what is elsewhere on this machine; all at once. */
  findHere(files: readonly LocalFile[]): Promise<readonly LocalResult[]>
  /** Stops comparing and copying for a transfer. */
  stopLocal(transfer: number): void
  /** Sets the times of folders, the deepest first, after their files are in. */
  setFolderTimes(base: string, items: readonly Pick<MakeItem, 'path' | 'mtime'>[]): void
  /** Drops what is still to come for a transfer; each piece of work is still told as done. */
  cancel(transfer: number): void
  /** From which sources bytes may be taken on loan only. */
  pace(pacing: Pacing): void
}

/** What a download worker calls. */
export interface DownloadReports extends Loans {
  report(events: readonly DownloadEvent[]): void
}

/** How an upload worker works. */
export interface UploadWorkerOptions {
  readonly identity: Identity
  readonly host: string
  /** 0: any. */
  readonly port: number
}

/** What an upload worker may be asked. */
export interface UploadCalls {
  /** Listens; gives the port. PORT_BUSY when it is taken. */
  listen(options: UploadWorkerOptions): Promise<number>
  revoke(root?: Root): void
  /** Who gets nothing, not even a hello. */
  block(ids: readonly PeerId[]): void
  /** To whom bytes may be sent on loan only. */
  pace(pacing: Pacing): void
  close(): Promise<void>
}

/** What an upload worker asks. */
export interface UploadQuestions extends Loans {
  grant(asker: PeerId, roots: readonly Root[]): readonly (Grant | undefined)[]
  layer(asker: PeerId, root: Root): Uint8Array | undefined
  have(asker: PeerId, root: Root): Uint8Array | undefined
  rootOf(asker: PeerId, path: string, offer?: string): RootOfPath | undefined
  /** Bytes were sent just now; told each second in which there were. */
  serving(): void
}
