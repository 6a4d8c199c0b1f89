export { type AskedSearch, askedKey, hasFilters, type SearchFilters } from './asked-search.js'
export type { Browse, Folder, Sort, SortKey } from './browse.js'
export type { Chat, Thread } from './chat.js'
export type { Following } from './following.js'
export { hitId } from './hit-id.js'
export type { LoadState } from './load-state.js'
export type { Notice, Notices } from './notices.js'
export type { People } from './people.js'
export { type Preview, previewKind, type ShownMedia } from './preview.js'
export type { Rules } from './rules.js'
export type { Found, SavedSearches } from './saved-searches.js'
export { MAX_CHARACTERS, type Search, type SearchResults } from './search.js'
export {
  isSelected,
  NOTHING,
  type Selection,
  selectAll,
  selectedCount,
  selectOnly,
  selectTo,
  toggle,
} from './selection.js'
export { createSession, type Session } from './session.js'
export type { Share } from './share.js'
export type { Status } from './status.js'
export { canCancel, canPause, canRemove, canResume, type Transfers } from './transfers.js'
