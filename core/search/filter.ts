import type { PeerId } from '../identity/index.js'
import type { SearchRequest } from '../wire/index.js'
import { kindNumber } from './entry-flags.js'
import type { EntryTable } from './entry-table.js'
import { extensionOf } from './kinds.js'
import type { Owners } from './owners.js'
import type { ShownPeople } from './shown-people.js'

/** The filters of a search as one test of an entry; undefined where it has none. */
export function filterOf(
  request: SearchRequest,
  table: EntryTable,
  owners: Owners,
  shown: ShownPeople,
): ((entry: number) => boolean) | undefined {
  const tests: ((entry: number) => boolean)[] = []
  const { kind, extensions, minSize, maxSize, after, before, owner } = request
  if (owner !== undefined) tests.push(isOf(owner, table, owners))
  if (request.online) tests.push(entry => shown.isOnline(table.owner(entry)))
  if (shown.hidesSome) tests.push(entry => shown.shows(table.owner(entry)))
  if (kind !== undefined) {
    const wanted = kindNumber(kind)
    tests.push(entry => table.kind(entry) === wanted)
  }
  if (minSize !== undefined) tests.push(entry => table.size(entry) >= minSize)
  if (maxSize !== undefined) tests.push(entry => table.size(entry) <= maxSize)
  if (after !== undefined) tests.push(entry => table.mtime(entry) >= after)
  if (before !== undefined) tests.push(entry => table.mtime(entry) <= before)
  if (extensions !== undefined) {
    const wanted = new Set(extensions.map(extension => extension.toLowerCase()))
    tests.push(entry => !table.isFolder(entry) && wanted.has(extensionOf(table.name(entry))))
  }
  const [first, ...rest] = tests
  if (!first) return undefined
  return rest.length === 0 ? first : entry => tests.every(passes => passes(entry))
}

function isOf(owner: PeerId, table: EntryTable, owners: Owners): (entry: number) => boolean {
  const wanted = owners.number(owner)
  return entry => table.owner(entry) === wanted
}
