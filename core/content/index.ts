export {
  type FileFacts,
  factsOfOpen,
  factsOfStat,
  isSameFile,
  type OpenFile,
  openRegularFile,
  readFailure,
  type StampFacts,
  stampOf,
  stampOfFacts,
} from './file-facts.js'
export { type CachedHash, type CacheStore, type HashCache, openHashCache } from './hash-cache.js'
export type { HashPoolOptions } from './hash-pool.js'
export {
  createHasher,
  type HashedFile,
  type Hasher,
  type HashOptions,
  type HashSmallOptions,
  hashFile,
  SMALL_BYTES,
} from './hasher.js'
export {
  HASH_BYTES,
  LEAF_BYTES,
  layerHash,
  leafHash,
  merkleRoot,
  PieceHasher,
  pieceHash,
  rootOfLayer,
  rootOfSmall,
  verifyLayer,
} from './merkle.js'
export { hasLayer, pieceBytes, pieceCount, pieceLength } from './piece-size.js'
export { History, Rate, secondsLeft } from './rate.js'
export type { SmallFile, SmallHash } from './small-files.js'
