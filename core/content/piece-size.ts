const MiB = 1024 * 1024
const SMALLEST_PIECE_BYTES = MiB
const MOST_PIECES = 32_768

/** How large the pieces of a file of this size are: 1 MiB, doubled until there are at most 32,768. */
export function pieceBytes(sizeBytes: number): number {
  let bytes = SMALLEST_PIECE_BYTES
  while (sizeBytes > bytes * MOST_PIECES) bytes *= 2
  return bytes
}

/** How many pieces a file of this size has; an empty one has none. */
export function pieceCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / pieceBytes(sizeBytes))
}

/** How long piece `index` is: the last may be shorter than the rest. */
export function pieceLength(sizeBytes: number, index: number): number {
  const bytes = pieceBytes(sizeBytes)
  return Math.max(0, Math.min(bytes, sizeBytes - index * bytes))
}

/** Whether a file of this size has a piece layer: one of at most one piece is proved by its root alone. */
export function hasLayer(sizeBytes: number): boolean {
  return sizeBytes > SMALLEST_PIECE_BYTES
}
