import type { BrowsePage, FoundFile, Listed, SearchPage, SearchQuery } from '../../api/index.js'
import {
  type BrowseAnswer,
  type BrowseEntry,
  LIMITS,
  type SearchAnswer,
  type SearchHit,
  type SearchRequest,
} from '../../wire/index.js'
import { countOf, pageSize, textOf } from './given.js'

/** A page of a listing as the facade gives it. */
export function browsePage(answer: BrowseAnswer, from: BrowsePage['from']): BrowsePage {
  return { total: answer.total, entries: answer.entries.map(listed), from }
}

/** A page of hits as the facade gives it. */
export function searchPage({ total, complete, hits }: SearchAnswer): SearchPage {
  return { total, complete, hits: hits.map(foundFile) }
}

/** A search as the registry is asked; BAD_INPUT for one that can't be. */
export function searchRequest({ extensions, session: _, ...query }: SearchQuery): SearchRequest {
  return {
    ...query,
    ...(extensions ? { extensions: [...extensions] } : {}),
    query: textOf(query.query, 'Say what to look for.'),
    offset: countOf(query.offset ?? 0),
    limit: pageSize(query.limit ?? LIMITS.pageEntries),
  }
}

/** A line of a listing as the facade gives it. */
export function listed(entry: BrowseEntry): Listed {
  const { path, type, mtime, reason } = entry
  const base = { path, name: nameOf(path), type, mtime, ...(reason ? { reason } : {}) }
  if (entry.type === 'folder') return { ...base, size: entry.bytes, files: entry.files }
  return { ...base, size: entry.size, files: 1, ...(entry.root ? { root: entry.root } : {}) }
}

function foundFile({ type, path, size, mtime, root, owners, ownerCount }: SearchHit): FoundFile {
  const base = { type, path, name: nameOf(path), size, mtime, owners, ownerCount }
  return root ? { ...base, root } : base
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
