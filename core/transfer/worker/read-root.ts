import { closeSync, readSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  factsOfOpen,
  HASH_BYTES,
  hasLayer,
  isSameFile,
  type OpenFile,
  openRegularFile,
  PieceHasher,
  pieceBytes,
  pieceCount,
  pieceLength,
  rootOfLayer,
} from '../../content/index.js'
import { type Root, rootOfBytes } from '../../manifest/index.js'

/** Read between two looks at the rest of the worker. */
const TURN_BYTES = 1024 * 1024

/** Called with how many more bytes are read; throws to stop. */
export type Progress = (bytes: number) => void

/** The root of the file at a path if it has this size; undefined for anything else, and for one that changes. */
export async function readRoot(path: string, size: number, progress: Progress): Promise<Root | undefined> {
  const file = opened(path)
  if (!file) return undefined
  try {
    if (file.facts.size !== size) return undefined
    return await rootOfOpen(file, progress)
  } finally {
    closeSync(file.fd)
  }
}

/** The root of an open file, read a little at a time; `take` gets each piece's bytes and offset. */
export async function rootOfOpen(
  { fd, facts }: OpenFile,
  progress: Progress,
  take: (bytes: Buffer, offset: number) => void = () => {},
): Promise<Root | undefined> {
  const { size } = facts
  const full = pieceBytes(size)
  const buffer = Buffer.allocUnsafeSlow(Math.min(full, size))
  const hasher = new PieceHasher(buffer.length)
  const layer = Buffer.alloc(pieceCount(size) * HASH_BYTES)
  let turn = 0
  for (let piece = 0; piece < pieceCount(size); piece++) {
    const bytes = buffer.subarray(0, pieceLength(size, piece))
    if (!readFully(fd, bytes, piece * full)) return undefined
    hasher.update(bytes)
    hasher.digest(hasLayer(size) ? full : undefined).copy(layer, piece * HASH_BYTES)
    take(bytes, piece * full)
    turn += bytes.length
    progress(bytes.length)
    if (turn < TURN_BYTES) continue
    turn = 0
    await nextTurn()
  }
  if (!isSameFile(facts, factsOfOpen(fd))) return undefined
  return hasLayer(size) ? rootOfLayer(layer, size) : rootOfBytes(layer)
}

/** Opens a regular file; undefined for what is gone, is no file or may not be read. */
export function opened(path: string): OpenFile | undefined {
  try {
    return openRegularFile(path)
  } catch {
    return undefined // whatever it is, the content is fetched instead
  }
}

function readFully(fd: number, into: Buffer, at: number): boolean {
  for (let got = 0; got < into.length; ) {
    const bytes = readSync(fd, into, got, into.length - got, at + got)
    if (bytes === 0) return false
    got += bytes
  }
  return true
}
