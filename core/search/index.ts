export type { EntryColumns } from './entry-columns.js'
export { fittingHits } from './hit-page.js'
export { rankOf } from './hit-rank.js'
export { kindOf } from './kinds.js'
export { parseQuery, type Query } from './query.js'
export {
  createSearchIndex,
  type SearchIndex,
  type SearchIndexOptions,
} from './search-index.js'
export type { PersonLookup } from './shown-people.js'
