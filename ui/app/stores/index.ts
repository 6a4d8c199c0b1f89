export { type Browse, type Folder, MOST_PATHS, type Sort, type SortKey } from './browse.js'
export type { Chat, Thread } from './chat.js'
export { Collection } from './collection.js'
export type { LoadState } from './load-state.js'
export type { Notice, Notices } from './notices.js'
export { PagedRows } from './paged-rows.js'
export type { People } from './people.js'
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
export { canCancel, canPause, canRemove, canResume, hasEnded, type Transfers } from './transfers.js'
