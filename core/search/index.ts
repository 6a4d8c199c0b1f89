export { kindOf } from './kinds.js'
export { parseQuery } from './query.js'
export {
  createSearchIndex,
  type EntryColumns,
  type SearchIndex,
  type SearchIndexOptions,
} from './search-index.js'
export type { PersonLookup } from './shown-people.js'
