export type { Change, Entry, EntryReason, FileEntry, FolderEntry, ShareVersion, Visibility } from './entry.js'
export { isRoot, parseRoot, type Root, rootOfBytes } from './root.js'
