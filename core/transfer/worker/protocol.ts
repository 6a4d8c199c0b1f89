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

/** Where something goes: below a real folder. */
export interface TargetSpec {
  readonly base: string
  /** Local names from `base` down, joined by `/`, which no local name has; the last is its own. */
  readonly path: string
  readonly mtime: number
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
  /** Not given by the source, or not what was asked for, or not writable here. */
  readonly failed: readonly { readonly entry: number; readonly error: PlainError }[]
}

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
  /** Whether the file at a path is the one with this root, read whole. */
  holds(path: string, size: number, root: Root): Promise<boolean>
  /** Makes folders and empty files; gives those that could not be made. */
  make(base: string, items: readonly MakeItem[]): Promise<BatchResult>
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
}
