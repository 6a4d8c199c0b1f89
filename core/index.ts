/** The public API of tsPeer: what a program that embeds a peer uses, and nothing else is public to it. */
export type * from './api/index.js'
export { parseRate, parseSize, writeRate } from './api/index.js'
export { type HashedFile, hashFile } from './content/index.js'
export {
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  fromPlainError,
  hasCode,
  isPeerError,
  PeerError,
  type PlainError,
  toPlainError,
} from './errors/index.js'
export {
  type GroupId,
  homeSocket,
  isGroupId,
  isPeerId,
  type PeerId,
  parsePeerId,
  parseThreadId,
  prepareSocketFolder,
  shortId,
  type ThreadId,
} from './identity/index.js'
export { type Logger, openLog, silentLogger } from './log/index.js'
export {
  type EntryReason,
  FILE_KINDS,
  type FileKind,
  isRoot,
  parseRoot,
  type Root,
  type Visibility,
} from './manifest/index.js'
export { parsePersonName, parseRemotePath, visibleName, visibleText } from './paths/index.js'
export { createPeer, defaultHome, type ReadStreamOptions, readStream } from './peer/index.js'
