import type { PeerError, PlainError } from '../errors/index.js'
import { type Root, rootOfBytes } from '../manifest/index.js'
import type { Hashed, HashJob } from './hash-file.js'
import { HASH_BYTES } from './merkle.js'

/** A small file that is to be hashed, as it is known to be. It has at most one piece. */
export interface SmallFile {
  readonly path: string
  readonly size: number
  readonly stamp: number
}

/** What came of one: without a root it is empty. An error as for a file by itself. */
export type SmallHash = { readonly root?: Root; readonly ctimeMs: number } | PeerError

/** Many small files on their way to a worker: an object for each would take longer than to hash it. */
export interface SmallFiles {
  readonly paths: readonly string[]
  readonly sizes: Float64Array
  readonly stamps: Float64Array
  readonly isPaced: boolean
}

/** What came of them, in their order. */
export interface SmallAnswers {
  readonly roots: Uint8Array
  readonly ctimesMs: Float64Array
  readonly failed: ReadonlyMap<number, PlainError>
}

export function packSmall(files: readonly SmallFile[], isPaced: boolean): SmallFiles {
  return {
    paths: files.map(({ path }) => path),
    sizes: Float64Array.from(files, ({ size }) => size),
    stamps: Float64Array.from(files, ({ stamp }) => stamp),
    isPaced,
  }
}

/** Each as a job of its own. */
export function* jobsOf({ paths, sizes, stamps }: SmallFiles): Generator<HashJob> {
  const how = { follow: false, sha256: false, wholeUpTo: Number.POSITIVE_INFINITY }
  for (const [i, path] of paths.entries()) yield { path, size: sizes[i] ?? 0, stamp: stamps[i] ?? 0, ...how }
}

/** Takes the answers one after the other. */
export class SmallAnswersBuilder implements SmallAnswers {
  readonly roots: Buffer
  readonly ctimesMs: Float64Array
  readonly failed = new Map<number, PlainError>()
  #count = 0

  constructor(count: number) {
    this.roots = Buffer.alloc(HASH_BYTES * count)
    this.ctimesMs = new Float64Array(count)
  }

  add(hashed: Hashed): void {
    const i = this.#count++
    if (hashed.kind !== 'whole') return
    if (hashed.root) this.roots.write(hashed.root, i * HASH_BYTES, 'hex')
    this.ctimesMs[i] = Number(hashed.facts.ctimeNs / 1_000_000n)
  }

  fail(error: PlainError): void {
    this.failed.set(this.#count++, error)
  }

  /** As plain data, which a worker can send. */
  get plain(): SmallAnswers {
    const { roots, ctimesMs, failed } = this
    return { roots, ctimesMs, failed }
  }
}

/** The root of one of them. */
export function rootOfAnswer({ roots }: SmallAnswers, index: number): Root {
  return rootOfBytes(roots.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES))
}
