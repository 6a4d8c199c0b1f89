export { type Counts, countsOf, NO_COUNTS } from './counts.js'
export type { Change, Entry, EntryReason, FileEntry, FolderEntry, ShareVersion, Visibility } from './entry.js'
export { FILE_KINDS, type FileKind } from './file-kind.js'
export { ManifestTree } from './manifest-tree.js'
export type {
  Allow,
  ChangeBlock,
  ChangesCut,
  FolderState,
  Found,
  HashScore,
  UnhashedFile,
} from './manifest-types.js'
export { compareNames, comparePaths } from './name-order.js'
export {
  cutPage,
  entryBytes,
  type ListedEntry,
  type ListOrder,
  type Page,
  PageBuilder,
  type PageCut,
  type SortFacts,
  sortListing,
} from './page.js'
export { isRoot, parseRoot, type Root, rootOfBytes } from './root.js'
export { type DigestedEntry, ShareDigest } from './share-digest.js'
