import type { PeerId } from '../identity/index.js'
import type { FileKind, Root } from '../manifest/index.js'

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

/** Searches that are kept. */
export interface SavedSearchesApi {
  /** The saved ones, oldest first. */
  list(): Promise<readonly SavedSearch[]>
  /**
   * Saves a search under a name, in place of one that had it. It is looked at every few minutes; what it finds
   * that was not there before is told once, as the event `saved-search`.
   */
  save(name: string, query: SearchQuery): Promise<SavedSearch>
  /** The person has seen what is new. */
  markSeen(id: string): Promise<SavedSearch>
  remove(id: string): Promise<void>
}
