import { setMaxListeners } from 'node:events'
import { fromPlainError, PeerError } from '../errors/index.js'
import { silentLogger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import type { FileFacts } from './file-facts.js'
import type { Hashed, HashJob } from './hash-file.js'
import { HashPool, type HashPoolOptions } from './hash-pool.js'
import { pieceBytes, pieceCount } from './piece-size.js'
import { packSmall, rootOfAnswer, type SmallFile, type SmallHash } from './small-files.js'

/** What a file's content is, and the state of the file that it was read in. */
export interface HashedFile extends FileFacts {
  /** None for an empty file. */
  readonly root?: Root
  /** The piece layer of a file of more than one piece. */
  readonly layer?: Uint8Array
  /** Plain SHA-256 in hex, where asked for. */
  readonly sha256?: string
}

/** How to hash a file. */
export interface HashOptions {
  readonly signal?: AbortSignal
  /** Called at most ten times a second with the bytes done so far. */
  readonly onProgress?: (bytes: number) => void
  /** What the file must be; another is FILE_CHANGED. A known size lets small files go in batches. */
  readonly expect?: { readonly size?: number; readonly stamp?: number }
  /** Also the plain SHA-256, in the same pass. Then one file takes one core only. */
  readonly sha256?: boolean
  /** Follow a link at the end of the path. Default: refuse it. */
  readonly follow?: boolean
  /** Held to the pace that `setPace` sets. Default: as fast as it goes. */
  readonly isPaced?: boolean
}

/** How to hash small files; as for one. */
export type HashSmallOptions = Pick<HashOptions, 'signal' | 'isPaced'>

/** Hashes files on workers. */
export interface Hasher {
  /**
   * Rejects with NOT_FOUND, UNREADABLE, FILE_CHANGED (it was written to meanwhile, or is not what was
   * expected), CLOSED, WORKER_LOST, or the signal's reason.
   */
  hash(path: string, options?: HashOptions): Promise<HashedFile>
  /**
   * Hashes many small files, of at most `SMALL_BYTES` each, in little time and memory. Each has an answer of its own, an
   * error among them; rejects only as a whole: CLOSED, WORKER_LOST, or the signal's reason.
   */
  hashSmall(files: readonly SmallFile[], options?: HashSmallOptions): Promise<SmallHash[]>
  /** How many bytes a second are read for what is paced; 0 pauses it, undefined sets it free. */
  setPace(bytesASecond: number | undefined): void
  /** Whether what is paced rests. */
  readonly paused: boolean
  /** Stops everything at once; safe to call twice. */
  close(): Promise<void>
}

/** The largest of small files: one of a single piece. */
export const SMALL_BYTES = pieceBytes(1)
/** From this size on a file is shared out among the workers, in parts of this size. */
const PART_BYTES = 64 * 1024 * 1024
const WHOLE_UP_TO_BYTES = 2 * PART_BYTES

/** Makes a hasher. Its workers start with the first file. */
export function createHasher(options: HashPoolOptions): Hasher {
  const pool = new HashPool(options)
  return {
    hash: (path, how = {}) => hash(pool, path, how),
    hashSmall: (files, how = {}) => hashSmall(pool, files, how),
    setPace: bytesASecond => pool.setPace(bytesASecond),
    get paused() {
      return pool.paused
    },
    close: () => pool.close(),
  }
}

/** Hashes one file, which may be a link: root, and plain SHA-256 where asked for. */
export async function hashFile(
  path: string,
  options: Omit<HashOptions, 'expect' | 'follow'> = {},
): Promise<HashedFile> {
  const hasher = createHasher({ log: silentLogger, ...(options.sha256 && { threads: 1 }) })
  try {
    return await hasher.hash(path, { ...options, follow: true })
  } finally {
    await hasher.close()
  }
}

async function hash(pool: HashPool, path: string, options: HashOptions): Promise<HashedFile> {
  const { signal, expect = {}, sha256 = false, follow = false, isPaced = false } = options
  const job: HashJob = {
    path,
    follow,
    sha256,
    isPaced,
    ...expect,
    wholeUpTo: sha256 || pool.size === 1 ? Number.POSITIVE_INFINITY : WHOLE_UP_TO_BYTES,
  }
  let done = 0
  const onProgress = (bytes: number) => {
    done += bytes
    options.onProgress?.(done)
  }
  const hashed = await pool.run(job, signal, onProgress)
  if (hashed.kind === 'whole') {
    const { facts, root, layer, sha256: plain } = hashed
    return { ...facts, ...(root && { root }), ...(layer && { layer }), ...(plain && { sha256: plain }) }
  }
  if (hashed.kind === 'part') throw new PeerError('INTERNAL', 'A part was hashed that nobody asked for.')
  return hashInParts(pool, job, hashed.facts, signal, onProgress)
}

async function hashSmall(
  pool: HashPool,
  files: readonly SmallFile[],
  { signal, isPaced = false }: HashSmallOptions,
): Promise<SmallHash[]> {
  const answers = await pool.runSmall(packSmall(files, isPaced), signal)
  return files.map(({ size }, i) => {
    const error = answers.failed.get(i)
    if (error) return fromPlainError(error)
    return { ctimeMs: answers.ctimesMs[i] ?? 0, ...(size > 0 && { root: rootOfAnswer(answers, i) }) }
  })
}

/** Pieces are independent: each part of a large file goes to the next worker that is free. */
async function hashInParts(
  pool: HashPool,
  job: HashJob,
  facts: FileFacts,
  signal: AbortSignal | undefined,
  onProgress: (bytes: number) => void,
): Promise<HashedFile> {
  const pieces = pieceCount(facts.size)
  const count = Math.max(1, PART_BYTES / pieceBytes(facts.size))
  const failed = new AbortController()
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  setMaxListeners(0, stop)
  const parts: Promise<Hashed>[] = []
  for (let first = 0; first < pieces; first += count) {
    const part = { first, count: Math.min(count, pieces - first), facts }
    parts.push(pool.run({ ...job, part }, stop, onProgress))
  }
  try {
    const hashes = await Promise.all(parts)
    const layer = Buffer.concat(hashes.flatMap(hashed => (hashed.kind === 'part' ? [hashed.hashes] : [])))
    return { ...facts, root: await pool.rootOfLayer(layer, facts.size), layer }
  } catch (error) {
    failed.abort(error)
    throw error
  }
}
