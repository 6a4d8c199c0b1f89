import { piecesOfBits } from './piece-map.js'

/** What is known of a file of more than one piece when the engine comes back to it. */
export interface ResumeFacts {
  /** The journal's bitfield. */
  readonly journaled: Uint8Array
  /** The size of the partial file; 0 when it is gone. */
  readonly bytesOnDisk: number
  readonly fileBytes: number
  readonly pieceBytes: number
}

/** Which pieces to check again, and which to fetch. */
export interface ResumePlan {
  readonly keep: readonly number[]
  readonly missing: readonly number[]
}

/**
 * A journaled piece is kept, to be checked beside the download, when all of its bytes can still be there;
 * what the journal doesn't claim is fetched, whatever lies on the disk.
 */
export function planResume({ journaled, bytesOnDisk, fileBytes, pieceBytes }: ResumeFacts): ResumePlan {
  const pieces = Math.ceil(fileBytes / pieceBytes)
  const keep = piecesOfBits(journaled, pieces).filter(
    piece => Math.min((piece + 1) * pieceBytes, fileBytes) <= bytesOnDisk,
  )
  const kept = new Set(keep)
  const missing = Array.from({ length: pieces }, (_, piece) => piece).filter(piece => !kept.has(piece))
  return { keep, missing }
}
