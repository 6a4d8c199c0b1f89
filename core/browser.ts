/**
 * The door of core for programs that run without Node, as the app does in a browser: its types, its errors
 * and the rules for names. Nothing behind it may import a module of Node, so it alone reaches past the
 * doors of `paths`, to files that have none.
 */
export type * from './api/index.js'
export { isRate, parseRate, writeRate } from './api/index.js'
export {
  type ErrorCode,
  fromPlainError,
  isErrorCode,
  isPeerError,
  PeerError,
  type PlainError,
  systemCode,
  toPlainError,
} from './errors/index.js'
export type { GroupId, PeerId, ThreadId } from './identity/index.js'
export type { EntryReason, FileKind, Root, Visibility } from './manifest/index.js'
export { nameKey, personNameFault } from './paths/person-name.js'
export { visibleName, visibleText } from './paths/visible-name.js'
