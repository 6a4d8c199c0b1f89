import type { BrowseQuery, Peer } from '../../api/index.js'
import { parsePeerId } from '../../identity/index.js'
import { parseRemotePath } from '../../paths/index.js'
import { type BrowseRequest, LIMITS } from '../../wire/index.js'
import type { Parts } from '../parts.js'
import { browseAt } from './browse-at.js'
import { countOf, pageSize, textOf } from './given.js'
import { browsePage, searchPage, searchRequest } from './pages.js'

export function filesOf(parts: Parts): Peer['files'] {
  return {
    async browse(query) {
      const owner = parsePeerId(textOf(query.owner, 'Say whose share to list.'))
      const { answer, from } = await browseAt(parts, owner, browseRequest(query))
      return browsePage(answer, from)
    },
    async search(query) {
      const session = query.session === undefined ? undefined : textOf(query.session, 'A session is a text.')
      return searchPage(await parts.search.search(searchRequest(query), session))
    },
  }
}

function browseRequest({
  path,
  sort,
  descending,
  offset = 0,
  limit = LIMITS.pageEntries,
}: BrowseQuery): BrowseRequest {
  const base: BrowseRequest = {
    path: parseRemotePath(textOf(path, 'Name a folder, or give an empty text for all.')),
    offset: countOf(offset),
    limit: pageSize(limit),
  }
  return { ...base, ...(sort ? { sort } : {}), ...(descending ? { descending } : {}) }
}
