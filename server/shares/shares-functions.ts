import type { PeerId } from '../../core/identity/index.js'
import type { Root, ShareVersion } from '../../core/manifest/index.js'
import type {
  BrowseAnswer,
  BrowseRequest,
  RequestBody,
  SearchAnswer,
  SearchRequest,
} from '../../core/wire/index.js'
import type { ShareDocument, ShareWrite } from '../store/registry-store.js'
import type { GonePerson, PersonView } from './known-people.js'

/** Changes of a share as they come. */
export type Delta = RequestBody<'SHARE_DATA'>

/** What is held of a person's share. */
export interface HeldShare {
  readonly version: ShareVersion | undefined
  readonly files: number
  readonly bytes: number
  readonly hashed: number
}

/** How all shares stand. */
export interface SharesState {
  /** Files and folders of all people. */
  readonly entries: number
  /** Whether all that was stored is there. */
  readonly complete: boolean
}

/** What the shares start with. */
export interface SharesSetup {
  /** The store's seed. */
  readonly seed: number
  /** The time of one search, ms. */
  readonly budgetMs: number
  readonly people: readonly PersonView[]
  readonly versions: ReadonlyMap<PeerId, ShareVersion>
}

/** What the shares ask of the loop that serves connections, where the store and the people are. */
export interface SharesHost {
  nextDocuments(): Promise<readonly ShareDocument[]>
  writeShare(write: ShareWrite): Promise<void>
  /** Notes what is held of a person; resolves when that is stored. */
  record(owner: PeerId, held: HeldShare): Promise<void>
  stands(state: SharesState): void
}

/** Who has some content, and what is known of it. */
export interface ContentOwners {
  readonly owners: readonly PeerId[]
  readonly size?: number
  readonly name?: string
}

/** What the shares do, in whatever thread they live. All data is plain. */
export interface SharesFunctions {
  /** Starts to load what is stored; resolves when all of it is there. */
  start(setup: SharesSetup): Promise<void>
  learn(news: readonly (PersonView | GonePerson)[]): void
  /** Takes a delta, after all earlier ones of this person; gives the version then held. */
  apply(owner: PeerId, delta: Delta, filesAPerson: number): Promise<ShareVersion | undefined>
  /**
   * Whether what is held of a person has this digest, if it is of this version. What has not is held no more: its owner
   * sends it anew.
   */
  verify(owner: PeerId, version: ShareVersion, digest: string): Promise<boolean>
  /** Removes all of one who is forgotten. */
  forget(owner: PeerId): Promise<void>
  search(request: SearchRequest, asker: PeerId): SearchAnswer
  /** A page of the share of someone, who is named in what can't be found. */
  browse(owner: PeerId, name: string, request: BrowseRequest): Promise<BrowseAnswer>
  owners(root: Root): ContentOwners
  /** Waits for what is under way and takes no more. */
  close(): Promise<void>
}
