import { type Peer, PeerError, type PeerEvent, type SavedSearch } from '../../../core/browser.js'
import { SAMPLE_NOW } from './samples.js'

/** The saved searches of a fake peer: kept, and never with anything new. */
export function fakeSearches(emit: (event: PeerEvent) => void): Peer['searches'] {
  const saved = new Map<string, SavedSearch>()
  const find = (id: string) => {
    const search = saved.get(id)
    if (!search) throw new PeerError('NOT_FOUND', 'There is no such saved search.')
    return search
  }
  return {
    list: async () => [...saved.values()],
    async save(name, query) {
      const search = { id: name, name, query, addedAt: SAMPLE_NOW, fresh: [] }
      saved.set(name, search)
      emit({ kind: 'saved-search', search, found: [] })
      return search
    },
    markSeen: async id => find(id),
    async remove(id) {
      saved.delete(find(id).id)
      emit({ kind: 'saved-search-removed', id })
    },
  }
}
