import { PeerError } from '../../errors/index.js'
import type { Root } from '../../manifest/index.js'
import type { DownloadPlan, PlannedEntry } from '../../transfer/index.js'
import { type BrowseAnswer, type BrowseEntry, type BrowseRequest, LIMITS } from '../../wire/index.js'

/** Asks the owner for a page of a listing. */
export type Browse = (request: BrowseRequest) => Promise<BrowseAnswer>

/**
 * Plans a download of what lies at `path` in someone's share: its entries are listed while they are read.
 * NOT_FOUND when there is nothing, or nothing that can be fetched.
 */
export async function planDownload(browse: Browse, owner: string, path: string): Promise<DownloadPlan> {
  const found = (await browse({ path, self: true, offset: 0, limit: 1 })).entries[0]
  if (!found || found.path !== path)
    throw new PeerError('NOT_FOUND', `${owner} shares nothing at "${path}". See what is there with ls.`)
  if (found.reason)
    throw new PeerError('NOT_FOUND', `"${path}" can't be fetched from ${owner}: ${REASONS[found.reason]}.`)
  const name = path.slice(path.lastIndexOf('/') + 1)
  return { name, entries: found.type === 'file' ? [planned(found, '')] : entriesBelow(browse, found) }
}

async function* entriesBelow(browse: Browse, folder: BrowseEntry): AsyncGenerator<readonly PlannedEntry[]> {
  yield [planned(folder, '')]
  for (let offset = 0; ; ) {
    const page = await browse({ path: folder.path, deep: true, offset, limit: LIMITS.pageEntries })
    const fetchable = page.entries.filter(entry => !entry.reason)
    yield fetchable.map(entry => planned(entry, entry.path.slice(folder.path.length + 1)))
    offset += page.entries.length
    if (page.entries.length === 0 || offset >= page.total) return
  }
}

/** A download of content by its root alone. */
export function planByRoot(root: Root, size: number, name: string): DownloadPlan {
  return { name, entries: [{ type: 'file', path: '', remotePath: '', size, mtime: Date.now(), root }] }
}

function planned(entry: BrowseEntry, path: string): PlannedEntry {
  const { type, path: remotePath, mtime } = entry
  if (type === 'folder') return { type, path, remotePath, size: 0, mtime }
  const { size, root, exec } = entry
  return { type, path, remotePath, size, mtime, ...(root && { root }), ...(exec && { exec }) }
}

const REASONS = {
  unreadable: 'it could not be read there',
  'broken-link': 'it is a link to nothing',
  cycle: 'it is a link into itself',
  'leaves-import': 'it is a link to something that is not shared',
  'not-a-file': 'it is neither a file nor a folder',
  'bad-name': 'its name can’t be written as text',
  'too-deep': 'it lies too deep',
} as const
