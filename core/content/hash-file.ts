import { createHash, type Hash } from 'node:crypto'
import { closeSync, readSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { PeerError } from '../errors/index.js'
import { type Root, rootOfBytes } from '../manifest/index.js'
import {
  type FileFacts,
  factsOfOpen,
  isSameFile,
  type OpenFile,
  openRegularFile,
  readFailure,
  stampOfFacts,
} from './file-facts.js'
import { PieceHasher, rootOfLayer } from './merkle.js'
import { hasLayer, pieceBytes, pieceCount, pieceLength } from './piece-size.js'

/** What to hash, and how. */
export interface HashJob {
  readonly path: string
  /** Follow a link at the end of the path. */
  readonly follow: boolean
  /** Also the plain SHA-256. */
  readonly sha256: boolean
  /** Held to the pace that is set. */
  readonly isPaced?: boolean
  /** Refused as FILE_CHANGED when it is another. */
  readonly size?: number
  readonly stamp?: number
  /** A larger file is not hashed but answered with its facts, so that it can be shared out by pieces. */
  readonly wholeUpTo: number
  /** Only these pieces, of the file as it was then. */
  readonly part?: { readonly first: number; readonly count: number; readonly facts: FileFacts }
}

/** What came of it. */
export type Hashed =
  | {
      readonly kind: 'whole'
      readonly facts: FileFacts
      /** None for an empty file. */
      readonly root?: Root
      /** Of a file of more than one piece. */
      readonly layer?: Uint8Array
      readonly sha256?: string
    }
  | { readonly kind: 'large'; readonly facts: FileFacts }
  | { readonly kind: 'part'; readonly hashes: Uint8Array }

/** Called now and then with how many more bytes are done; throws to stop, and goes on when it resolves. */
export type Pause = (bytes: number) => Promise<void> | undefined

const BUFFER_BYTES = 256 * 1024
/** How much is read before messages are let through: some 4 ms. */
const TURN_BYTES = 4 * 1024 * 1024

const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)

/**
 * Hashes a file, or pieces of it, by synchronous reads into one buffer; not to be run twice at once in a
 * thread. A file that is not the same before and after is FILE_CHANGED.
 */
export async function hashJob(job: HashJob, pause: Pause): Promise<Hashed> {
  const file = openRegularFile(job.path, job)
  try {
    check(job, file.facts)
    if (job.part) return { kind: 'part', hashes: await hashPieces(job, file, job.part, undefined, pause) }
    if (file.facts.size > job.wholeUpTo) return { kind: 'large', facts: file.facts }
    return await hashWhole(job, file, pause)
  } catch (error) {
    throw readFailure(error, job.path)
  } finally {
    closeSync(file.fd)
  }
}

async function hashWhole(job: HashJob, file: OpenFile, pause: Pause): Promise<Hashed> {
  const { size } = file.facts
  const plain = job.sha256 ? createHash('sha256') : undefined
  const hashes = await hashPieces(job, file, { first: 0, count: pieceCount(size) }, plain, pause)
  return {
    kind: 'whole',
    facts: file.facts,
    ...(size > 0 && { root: hasLayer(size) ? rootOfLayer(hashes, size) : rootOfBytes(hashes) }),
    ...(hasLayer(size) && { layer: hashes }),
    ...(plain && { sha256: plain.digest('hex') }),
  }
}

/** The hashes of pieces one after another; of a file of at most one piece, its root. */
async function hashPieces(
  job: HashJob,
  { fd, facts }: OpenFile,
  { first, count }: { readonly first: number; readonly count: number },
  plain: Hash | undefined,
  pause: Pause,
): Promise<Buffer> {
  const full = pieceBytes(facts.size)
  const hasher = new PieceHasher(Math.min(full, facts.size))
  const hashes: Buffer[] = []
  let turn = 0
  for (let piece = first; piece < first + count; piece++) {
    const end = piece * full + pieceLength(facts.size, piece)
    for (let at = piece * full; at < end; ) {
      const bytes = read(job, fd, at, Math.min(BUFFER_BYTES, end - at))
      hasher.update(bytes)
      plain?.update(bytes)
      at += bytes.length
      turn += bytes.length
      if (turn < TURN_BYTES) continue
      await nextTurn()
      await pause(turn)
      turn = 0
    }
    hashes.push(hasher.digest(hasLayer(facts.size) ? full : undefined))
  }
  await pause(turn)
  if (!isSameFile(facts, factsOfOpen(fd))) throw changed(job)
  return Buffer.concat(hashes)
}

function read(job: HashJob, fd: number, at: number, length: number): Buffer {
  const got = readSync(fd, buffer, 0, length, at)
  if (got === 0) throw changed(job)
  return buffer.subarray(0, got)
}

function check(job: HashJob, facts: FileFacts): void {
  const same =
    (job.size === undefined || job.size === facts.size) &&
    (job.stamp === undefined || job.stamp === stampOfFacts(facts)) &&
    (job.part === undefined || isSameFile(job.part.facts, facts))
  if (!same) throw changed(job)
}

function changed({ path }: HashJob): PeerError {
  return new PeerError('FILE_CHANGED', `${path} changed while it was read. It is read again when it rests.`)
}
