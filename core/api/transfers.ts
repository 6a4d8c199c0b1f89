import type { PeerId } from '../identity/index.js'
import type { DownloadRequest, ReadRequest, TransferDetails } from './downloads.js'
import type { Failure } from './failure.js'

export type TransferState =
  | 'awaiting-consent'
  | 'queued'
  | 'finding-sources'
  | 'downloading'
  | 'checking'
  | 'paused'
  | 'failed'
  | 'cancelled'
  | 'done'

export type PauseReason = 'user' | 'disk-full' | 'nobody-online' | 'source-changed'

/** What is done to many transfers at once. */
export type TransferAction = 'pause' | 'resume' | 'retry' | 'cancel'

/** Who gets a place first. */
export type TransferPriority = 'high' | 'normal' | 'low'

/** Where a transfer goes among those of its priority; a number is a position, from 1 on. */
export type QueueMove = 'first' | 'last' | 'up' | 'down' | number

/** A download or a send as people see it. */
export interface Transfer {
  /** 128 bits as 32 hex digits; of a send, its offer's. */
  readonly id: string
  /** Down is a download, up a send: then bytes and state are as its receiver tells. */
  readonly direction: 'down' | 'up'
  readonly name: string
  /** The offer that a download was accepted from. */
  readonly offer?: string
  /** Of a send: to whom. */
  readonly to?: PeerId
  readonly toName?: string
  /** Whom it was asked of; none when it was asked for by root. */
  readonly owner?: PeerId
  readonly ownerName?: string
  readonly state: TransferState
  readonly reason?: PauseReason
  readonly error?: Failure
  /** Left out: normal. */
  readonly priority?: TransferPriority
  /** While it is queued: which of those that wait it is, from 1 on. */
  readonly place?: number
  readonly files: number
  readonly filesDone: number
  readonly bytes: number
  /** Total bytes; may grow while entries are still being listed. */
  readonly total: number
  /** Bytes a second, smoothed over 10 s. */
  readonly rate: number
  /** Seconds left; none when it can't be told. */
  readonly eta?: number
  /** Bytes from the network since this process started, of them bytes that were thrown away. */
  readonly fetched: number
  readonly wasted: number
  /** Bytes that were already here. */
  readonly reused: number
  /** Of a send: things that were left out, being links, devices, or not to be read. */
  readonly skipped?: number
  /** Seconds this process has worked on it. */
  readonly seconds: number
  /** The local file or folder it becomes; of a send, the first that is sent. */
  readonly target: string
  readonly createdAt: number
  readonly finishedAt?: number
}

/** One file or folder of a transfer. */
export interface TransferEntry {
  /** Its place in the transfer's list, by which it is named; it never changes. */
  readonly index: number
  /** Below the transfer's own folder; '' is that folder, or the one file that the transfer is. */
  readonly path: string
  /** The last part of the path; the transfer's own name where that is ''. */
  readonly name: string
  readonly type: 'file' | 'folder'
  /** Bytes; 0 of a folder. */
  readonly size: number
  /** Bytes of it that are here. */
  readonly done: number
}

/** A page of what a transfer is of. */
export interface EntriesQuery {
  readonly offset?: number
  /** Default and most: 300. */
  readonly limit?: number
}

export interface EntriesPage {
  /** May grow while the transfer is still being listed. */
  readonly total: number
  readonly entries: readonly TransferEntry[]
}

/** Downloads and sends. */
export interface TransfersApi {
  /** Downloads and sends, newest first. */
  list(): Promise<readonly Transfer[]>
  /**
   * Starts downloads, one for each path; NOT_FOUND when the owner doesn't list one of them (then none
   * starts), OFFLINE when nobody can be asked.
   */
  download(request: DownloadRequest): Promise<readonly Transfer[]>
  pause(id: string): Promise<Transfer>
  /** Goes on with what is paused or failed; offers a cancelled send again, for ten minutes. */
  resume(id: string): Promise<Transfer>
  cancel(id: string): Promise<Transfer>
  /**
   * Does the same to many: those named, or all to which it applies. NOT_FOUND, and nothing is done, when one of
   * those named is unknown. Gives those it was done to.
   */
  each(action: TransferAction, which: readonly string[] | 'all'): Promise<readonly Transfer[]>
  /** Moves a download in the queue, among those of its priority. */
  move(id: string, to: QueueMove): Promise<Transfer>
  /** Those of high priority get a place before others, those of low after them. What runs goes on. */
  prioritise(ids: readonly string[], priority: TransferPriority): Promise<readonly Transfer[]>
  /** Whom a download comes from and its rate over the last minute: asked while someone looks at it. */
  details(id: string): Promise<TransferDetails>
  /** Takes what is done, failed or cancelled off the list; files stay. */
  remove(id: string): Promise<void>
  /** What a transfer is of, in the order of its list. */
  entries(id: string, query?: EntriesQuery): Promise<EntriesPage>
  /**
   * Bytes of an entry from an offset on, verified: at least one, fewer than asked for where more are not here
   * yet; none at the end of the entry. Waits until they are there, and moves them to the front of the
   * download. Rejects when the transfer is paused by the user, fails, is cancelled or removed, and when a
   * file that was finished is not there or not the same any more. `readStream` makes a stream of it.
   */
  read(request: ReadRequest): Promise<Uint8Array>
  /** A reader needs nothing more: its wish is taken back, and a read of it that waits rejects with CLOSED. */
  endRead(reader: string): Promise<void>
}
