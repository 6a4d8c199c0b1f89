import type { PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import type { Failure } from './failure.js'

/**
 * What becomes of a file whose place is taken by another one: it gets a free name beside it (`name (2).ext`), takes
 * its place once it is whole, or is not fetched.
 */
export type ConflictRule = 'keep-both' | 'overwrite' | 'skip'

/** What to download: entries of someone's share, or content by its root. */
export type DownloadRequest = (
  | { readonly owner: PeerId; readonly paths: readonly string[] }
  | { readonly root: Root; readonly size?: number; readonly name?: string }
) & {
  readonly target?: string
  /** Default: the setting of that name. */
  readonly onConflict?: ConflictRule
}

/** A folder of someone's share that is kept here as it is there. What is deleted there stays here. */
export interface Subscription {
  /** 128 bits as 32 hex digits. */
  readonly id: string
  readonly owner: PeerId
  readonly ownerName: string
  readonly path: string
  /** The folder in which its own lies. */
  readonly target: string
  readonly addedAt: number
  /** When its owner was last asked. */
  readonly checkedAt?: number
  /** When all that was there then was here. */
  readonly updatedAt?: number
  /** The download that updates it, or did last. */
  readonly transfer?: string
  /** Why it could not be asked for or updated; it is tried again by itself. */
  readonly error?: Failure
}

/** What to follow. */
export interface SubscriptionRequest {
  readonly owner: PeerId
  readonly path: string
  /** Default: the downloads folder of now. */
  readonly target?: string
}

/** Which bytes of a transfer to read. */
export interface ReadRequest {
  /** The transfer. */
  readonly id: string
  /** The index of one of its entries. */
  readonly entry: number
  readonly offset: number
  /** At most so many bytes. Default and most: 256 KiB. */
  readonly length?: number
  /**
   * Who reads: a text of the caller's, best 128 random bits. What it will want next is fetched before all
   * else until `endRead`, or until it has not read for 30 s. Without it only this one read is hurried.
   */
  readonly reader?: string
}

/** Someone a download fetches from. */
export interface SourceDetails {
  readonly id: PeerId
  readonly name: string
  /** All that is asked of it, or only pieces: it is downloading the same thing. */
  readonly has: 'all' | 'part'
  /** Put aside: it gave nothing for a while and is asked again later. */
  readonly state: 'connecting' | 'connected' | 'put-aside'
  /** Bytes of use that came from it in this run. */
  readonly bytes: number
  /** Bytes a second, smoothed over 10 s. */
  readonly rate: number
}

/** What of a download changes too often for an event: asked for while someone looks at it. */
export interface TransferDetails {
  readonly id: string
  readonly sources: readonly SourceDetails[]
  /** Bytes that were checked against the root, of those that are here. */
  readonly verified: number
  /** Bytes in each of the last 60 seconds, the newest last; fewer where it has not run for so long. */
  readonly history: readonly number[]
}

/** Folders that are followed. */
export interface SubscriptionsApi {
  /** Oldest first. */
  list(): Promise<readonly Subscription[]>
  /**
   * Follows a folder of someone's share: it is downloaded, and updated when it changes there, at the latest some
   * minutes after its owner is online. BAD_INPUT for a file. The same one again is the same subscription.
   */
  add(request: SubscriptionRequest): Promise<Subscription>
  /** Follows it no more; what is here stays. */
  remove(id: string): Promise<void>
}
