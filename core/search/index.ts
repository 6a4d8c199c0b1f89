export { fold, wordsOf } from './fold.js'
export { extensionOf, kindOf } from './kinds.js'
export { parseQuery, type Query } from './query.js'
export {
  createSearchIndex,
  type EntryColumns,
  type PersonLookup,
  type SearchIndex,
  type SearchIndexOptions,
} from './search-index.js'
