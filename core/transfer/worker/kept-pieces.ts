import { PieceHasher, pieceBytes } from '../../content/index.js'
import type { Span } from '../piece-map.js'
import type { PartialFile } from './partial-file.js'
import type { Reports } from './reports.js'

/** Pieces read between two looks at the sockets. */
const BYTES_A_TURN = 1024 * 1024

/** Reads pieces that an earlier run kept and tells which are right, a little at a time, beside the download. */
export async function checkKept(file: PartialFile, spans: readonly Span[], reports: Reports): Promise<void> {
  const size = pieceBytes(file.spec.size)
  const buffer = Buffer.allocUnsafeSlow(size)
  const hasher = new PieceHasher(size)
  let unseen = 0
  for (const { first, count } of spans) {
    for (let piece = first; piece < first + count; piece++) {
      // Once it is closed its number may be another file's, and nobody waits for an answer.
      if (file.failed || file.closing) return
      const right = file.checkPiece(piece, buffer, hasher)
      const good = right ? [piece] : []
      reports.add({ kind: 'checked', file: file.spec.file, good, bad: right ? [] : [piece] })
      unseen += file.pieceLength(piece)
      if (unseen < BYTES_A_TURN) continue
      unseen = 0
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  reports.flush()
}
