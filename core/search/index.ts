export { kindOf } from './kinds.js'
export { parseQuery } from './query.js'
export {
  createSearchIndex,
  type EntryColumns,
  type PersonLookup,
  type SearchIndex,
  type SearchIndexOptions,
} from './search-index.js'
