import type { ErrorCode } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { EntryReason, FileKind, Root, Visibility } from '../manifest/index.js'

/** Plain data only: all of this crosses to a worker, a socket or a browser unchanged. */

/** What the peer is and how it stands. */
export interface PeerStatus {
  readonly id: PeerId
  readonly name: string
  /** The peer's folder. */
  readonly home: string
  readonly folders: { readonly share: string; readonly downloads: string }
  /** Where other peers reach it: host and control port. */
  readonly address: string
  /** Something the person should know, such as a home on a network file system. */
  readonly warnings: readonly string[]
  readonly registry: RegistryStatus
  readonly share: ShareProgress
}

/** How the peer stands with its registry. */
export interface RegistryStatus {
  readonly state: 'none' | 'connecting' | 'connected' | 'waiting' | 'refused'
  /** `host:port`, where one is set. */
  readonly address?: string
  readonly id?: PeerId
  readonly name?: string
  /** What the registry tells those who join, while connected. */
  readonly welcome?: string
  /** Why it waits or was refused; while connected, why not all of the share is listed there. */
  readonly error?: Failure
}

/** A registry that tells of itself on the network: a hint, which a connection proves or doesn't. */
export interface FoundRegistry {
  readonly id: PeerId
  /** `host:port`. */
  readonly address: string
}

/** An error as data, ready to show. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
}

/** Someone known: the registry's record, with what this peer adds. */
export interface Person {
  readonly id: PeerId
  readonly name: string
  readonly online: boolean
  /** ms since 1970. */
  readonly lastSeen: number
  readonly verified: boolean
  readonly files: number
  readonly bytes: number
  /** Files that have a root. */
  readonly hashed: number
  readonly unread: number
  /** How fast files go to and come from them at most; none when nothing was set for them. */
  readonly limits?: PersonLimits
}

/** Bytes a second; 0 is no limit. */
export interface PersonLimits {
  readonly up: number
  readonly down: number
}

/** A page of one folder of someone's share. */
export interface BrowseQuery {
  /** Whose. */
  readonly owner: PeerId
  /** '' is the share itself. */
  readonly path: string
  readonly sort?: 'name' | 'size' | 'mtime'
  readonly descending?: boolean
  readonly offset?: number
  /** Default and most: 300. */
  readonly limit?: number
}

/** One line of a listing. */
export interface Listed {
  readonly path: string
  readonly name: string
  readonly type: 'file' | 'folder'
  /** Bytes; of a folder, of all below it. */
  readonly size: number
  /** Files below a folder; 1 for a file. */
  readonly files: number
  readonly mtime: number
  readonly root?: Root
  readonly reason?: EntryReason
}

export interface BrowsePage {
  readonly total: number
  readonly entries: readonly Listed[]
  /** Whether the list came from the owner or, it being offline, from the registry. */
  readonly from: 'owner' | 'registry'
}

/** A search and its filters. */
export interface SearchQuery {
  readonly query: string
  readonly kind?: FileKind
  readonly extensions?: readonly string[]
  readonly minSize?: number
  readonly maxSize?: number
  /** Changed at this time or later, and at this or before; ms since 1970. */
  readonly after?: number
  readonly before?: number
  readonly owner?: PeerId
  readonly online?: boolean
  readonly offset?: number
  readonly limit?: number
  /**
   * Who types: a text of the caller's. Another query of the same one takes the place of this: it is then asked no
   * further, and rejects with REPLACED.
   */
  readonly session?: string
}

export interface SearchPage {
  readonly total: number
  readonly complete: boolean
  readonly hits: readonly FoundFile[]
}

/** One hit: the same content at several people is one. */
export interface FoundFile {
  readonly type: 'file' | 'folder'
  readonly path: string
  readonly name: string
  readonly size: number
  readonly mtime: number
  readonly root?: Root
  readonly owners: readonly {
    readonly id: PeerId
    readonly name: string
    readonly online: boolean
    readonly path: string
  }[]
  readonly ownerCount: number
}

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
/** A search that is kept: it is looked at by itself, and what is new is told. */
export interface SavedSearch {
  /** 128 bits as 32 hex digits. */
  readonly id: string
  readonly name: string
  readonly query: Omit<SearchQuery, 'offset' | 'limit' | 'session'>
  readonly addedAt: number
  /** When it was looked at last; none before the registry could be asked. */
  readonly lookedAt?: number
  /** What has come since the person looked, the newest first; at most 100. */
  readonly fresh: readonly FoundFile[]
}

export interface SubscriptionRequest {
  readonly owner: PeerId
  readonly path: string
  /** Default: the downloads folder of now. */
  readonly target?: string
}

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

/** Something to send: files and folders of this computer, to one person or several. */
export interface SendRequest {
  readonly to: readonly PeerId[]
  readonly paths: readonly string[]
}

/**
 * How an offer that was received stands: waiting for an answer (`later`: put off), accepted, done or declined.
 * What was declined can still be accepted until `undoUntil`. One that its sender takes back is gone.
 */
export type OfferState = 'waiting' | 'later' | 'accepted' | 'done' | 'declined'

/** One file or folder of an offer. */
export interface OfferedEntry {
  readonly type: 'file' | 'folder'
  /** In the offer. */
  readonly path: string
  /** Bytes; 0 of a folder. */
  readonly size: number
  readonly mtime: number
  readonly root?: Root
}

/** What someone wants to send here. */
export interface Offer {
  /** 128 bits as 32 hex digits. */
  readonly id: string
  readonly from: PeerId
  readonly fromName: string
  /** What it is called: the name of the first thing, and how many more there are. */
  readonly name: string
  readonly state: OfferState
  readonly files: number
  readonly bytes: number
  /** Files and folders in all. */
  readonly count: number
  /** The first 100 of them. */
  readonly entries: readonly OfferedEntry[]
  /** When it was made, by the sender's clock; ms since 1970. */
  readonly at: number
  readonly undoUntil?: number
  /** The downloads it became; none while its sender doesn't know yet that it is accepted. */
  readonly transfers: readonly string[]
}

/** How an offer is accepted. */
export interface AcceptChoice {
  /** Only these paths of it, folders with all that is in them. Default: everything. */
  readonly entries?: readonly string[]
  /** The folder it goes into. Default: the downloads folder. */
  readonly target?: string
  /** New names, by path in the offer. */
  readonly rename?: Readonly<Record<string, string>>
}

/** What happens to offers of one person without asking. `up-to` accepts as much as `bytes` an offer. */
export type ConsentRule =
  | { readonly kind: 'ask' | 'always' | 'never' }
  | { readonly kind: 'up-to'; readonly bytes: number }

/** A person's rule; it is bound to the id, whatever the name. */
export interface PersonRule {
  readonly person: PeerId
  readonly name: string
  readonly rule: ConsentRule
}

export type MessageState = 'waiting' | 'sent' | 'delivered' | 'read' | 'failed'

/** One line of a thread. */
export interface ChatMessage {
  readonly id: string
  /** The other person. */
  readonly thread: PeerId
  readonly from: PeerId
  readonly text: string
  readonly at: number
  readonly state: MessageState
  readonly error?: Failure
}

/** A page of a thread, oldest first. */
export interface HistoryQuery {
  readonly thread: PeerId
  /** Only what was stored before this message id. */
  readonly before?: string
  /** Default 100, at most 300. */
  readonly limit?: number
}

/** What the app can set, with plain values. */
export interface Settings {
  readonly name: string
  /** `host:port`, or '' for none. */
  readonly registry: string
  readonly downloads: string
  /** Downloads at once. */
  readonly downloadsAtOnce: number
  /** Bytes a second to all together, 0 for no limit. */
  readonly uploadLimit: number
  /** Bytes a second from all together, 0 for no limit. */
  readonly downloadLimit: number
  /** How many people are served at once, the others in turn; 0 for all. */
  readonly uploadSlots: number
  /** Other limits at some hours, as `mon-fri 09:00-17:00 up 1MB down 5MB; …`, or '' for none. */
  readonly schedule: string
  /** What becomes of a file whose place is taken, where nothing else was asked for. */
  readonly onConflict: ConflictRule
  /** What is not shared, as `*.tmp; node_modules/; photos/raw/**`, or '' for nothing more than litter. */
  readonly exclude: string
  /** Bytes a second that are hashed of what is shared, 0 for no limit. */
  readonly hashLimit: number
  /** Whether hashing of what is shared rests. What is listed stays listed; what has no hash yet can't be fetched. */
  readonly hashPaused: boolean
  /** Whether this peer finds others on the network, and is found by them. Default: yes. */
  readonly discovery: boolean
  /** Whether a received file may be executed where its owner may execute it. Default: never. */
  readonly keepExecutable: boolean
}

/** What happened, for front ends. An event carries the new state of one thing, never a difference. */
export type PeerEvent =
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'transfer'; readonly transfer: Transfer }
  | { readonly kind: 'transfer-removed'; readonly id: string }
  | { readonly kind: 'offer'; readonly offer: Offer }
  | { readonly kind: 'offer-removed'; readonly id: string }
  | { readonly kind: 'subscription'; readonly subscription: Subscription }
  | { readonly kind: 'subscription-removed'; readonly id: string }
  /** A saved search is another now; `found` is what it has just found. */
  | { readonly kind: 'saved-search'; readonly search: SavedSearch; readonly found: readonly FoundFile[] }
  | { readonly kind: 'saved-search-removed'; readonly id: string }
  | { readonly kind: 'message'; readonly message: ChatMessage }
  | { readonly kind: 'share'; readonly progress: ShareProgress }
  | { readonly kind: 'registry'; readonly registry: RegistryStatus }
  /** All that are seen on the network now. */
  | { readonly kind: 'registries'; readonly found: readonly FoundRegistry[] }
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'closed'; readonly error?: Failure }
