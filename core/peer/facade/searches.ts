import type { Peer } from '../../api/index.js'
import type { Parts } from '../parts.js'
import { textOf } from './given.js'
import { searchRequest } from './pages.js'

export function searchesOf({ searches }: Parts): Peer['searches'] {
  return {
    list: async () => searches.list(),
    async save(name, query) {
      const { offset: _, limit: __, ...kept } = searchRequest(query)
      return searches.add(textOf(name, 'Name the search.'), kept)
    },
    markSeen: async id => searches.markSeen(textOf(id, 'Name a saved search.')),
    remove: async id => searches.remove(textOf(id, 'Name a saved search.')),
  }
}
