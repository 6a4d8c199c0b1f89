import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import {
  HASH_BYTES,
  hasLayer,
  PieceHasher,
  pieceBytes,
  pieceCount,
  pieceLength,
  rootOfLayer,
} from '../../content/index.js'
import { type Root, rootOfBytes } from '../../manifest/index.js'
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
      if (file.failed) return
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

/** Whether a file, read whole, is the one with this root: how a crash while it was moved to its place ended. */
export async function holdsRoot(path: string, size: number, root: Root): Promise<boolean> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(() => undefined)
  if (!file) return false
  try {
    const seen = await file.stat()
    if (!seen.isFile() || seen.size !== size) return false
    const buffer = Buffer.allocUnsafeSlow(pieceBytes(size))
    const hasher = new PieceHasher(buffer.length)
    const layer = Buffer.alloc(pieceCount(size) * HASH_BYTES)
    for (let piece = 0; piece < pieceCount(size); piece++) {
      const length = pieceLength(size, piece)
      const { bytesRead } = await file.read(buffer, 0, length, piece * pieceBytes(size))
      if (bytesRead < length) return false
      hasher.update(buffer.subarray(0, length))
      hasher.digest(hasLayer(size) ? pieceBytes(size) : undefined).copy(layer, piece * HASH_BYTES)
    }
    return (hasLayer(size) ? rootOfLayer(layer, size) : rootOfBytes(layer)) === root
  } finally {
    await file.close()
  }
}
