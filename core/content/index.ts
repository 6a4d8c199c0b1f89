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
