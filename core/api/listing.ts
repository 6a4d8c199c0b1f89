import type { PeerId } from '../identity/index.js'
import type { EntryReason, Root } from '../manifest/index.js'
import type { SearchPage, SearchQuery } from './search.js'

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

/** What others share. */
export interface FilesApi {
  browse(query: BrowseQuery): Promise<BrowsePage>
  search(query: SearchQuery): Promise<SearchPage>
}
