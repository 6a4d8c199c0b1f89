import {
  type FoundFile,
  type Peer,
  PeerError,
  type PeerEvent,
  type SavedSearch,
} from '../../../core/browser.js'
import { SAMPLE_NOW } from './samples.js'

const MINUTE_MS = 60_000

/** A search that is saved from the start, with so many new hits. */
export interface SampleSearch {
  readonly name: string
  readonly query: SavedSearch['query']
  readonly fresh?: number
}

/** What the searches of a fake peer need of it. */
export interface FakeSearchesOptions {
  readonly saved: readonly SampleSearch[]
  readonly name: (text: string) => string
  called(method: string): void
  emit(event: PeerEvent): void
  /** All hits of a search. */
  find(query: SavedSearch['query']): readonly FoundFile[]
}

/** The searches of a fake peer. `discover` is what the peer finds by itself: the next hits, told as new. */
export function fakeSearches(
  options: FakeSearchesOptions,
): Peer['searches'] & { discover(name: string, count: number): void } {
  const { name, called, emit, find } = options
  const saved = new Map<string, SavedSearch>()
  const found = new Map<string, number>()
  let made = 0
  const get = (id: string) => {
    const search = saved.get(id)
    if (!search) throw new PeerError('NOT_FOUND', 'There is no such saved search.')
    return search
  }
  const byName = (wanted: string) => [...saved.values()].find(search => search.name === wanted)
  const put = (search: SavedSearch, news: readonly FoundFile[]) => {
    saved.set(search.id, search)
    emit({ kind: 'saved-search', search, found: news })
    return search
  }
  const add = (as: string, query: SavedSearch['query']) => {
    const at = SAMPLE_NOW - 30 * MINUTE_MS + ++made
    const id = byName(as)?.id ?? `5ea4c4${made.toString(16)}`.padEnd(32, '0')
    return put({ id, name: as, query, addedAt: at, lookedAt: at, fresh: [] }, [])
  }
  const discover = (id: string, count: number) => {
    const search = get(id)
    const from = found.get(id) ?? 0
    const news = find(search.query).slice(from, from + count)
    found.set(id, from + count)
    put({ ...search, lookedAt: SAMPLE_NOW, fresh: [...news, ...search.fresh] }, news)
  }
  for (const { name: as, query, fresh = 0 } of options.saved) discover(add(name(as), query).id, fresh)
  return {
    list: async () => [...saved.values()],
    async save(as, query) {
      called('searches.save')
      return add(as, query)
    },
    async markSeen(id) {
      called('searches.markSeen')
      return put({ ...get(id), fresh: [] }, [])
    },
    async remove(id) {
      called('searches.remove')
      saved.delete(get(id).id)
      emit({ kind: 'saved-search-removed', id })
    },
    discover(as, count) {
      const search = byName(as)
      if (search) discover(search.id, count)
    },
  }
}
