import { availableParallelism } from 'node:os'
import { fromPlainError, PeerError } from '../errors/index.js'
import type { Logger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import { startWorker, type WorkerHandle, type WorkerKind } from '../workers/index.js'
import type { Hashed, HashJob } from './hash-file.js'
import type { HashMain, HashWorker } from './hash-worker.js'
import type { SmallAnswers, SmallFiles } from './small-files.js'

export interface HashPoolOptions {
  readonly kind?: WorkerKind
  /** Workers at most. Default: one a core. */
  readonly threads?: number
  /** Let everything else on this computer go first. Default: false. */
  readonly background?: boolean
  readonly log: Logger
}

/** A job in the pool: a file, a part of one, or many small ones. */
type Waiting = WaitingFile | WaitingSmall

interface Asked<T> {
  readonly id: number
  readonly resolve: (answer: T) => void
  readonly reject: (error: unknown) => void
}

interface WaitingFile extends Asked<Hashed> {
  readonly job: HashJob
  readonly onProgress: (bytes: number) => void
}

interface WaitingSmall extends Asked<SmallAnswers> {
  readonly small: SmallFiles
  readonly onProgress: (bytes: number) => void
}

interface PoolWorker {
  readonly handle: WorkerHandle<HashWorker>
  running: readonly Waiting[]
}

/** Small files go to a worker in batches: asking costs as much as hashing 64 KiB. */
const BATCH_FILES = 64
const BATCH_BYTES = 8 * 1024 * 1024
const YOUNG_MIB = 6

/** Runs hash jobs on workers, which start when they are needed first and stay until `close`. */
export class HashPool {
  readonly #options: HashPoolOptions
  readonly #size: number
  readonly #workers = new Set<PoolWorker>()
  #waiting: Waiting[] = []
  #pace: number | undefined
  #lastId = 0
  #closing: Promise<void> | undefined

  constructor(options: HashPoolOptions) {
    this.#options = options
    this.#size = Math.max(1, options.threads ?? availableParallelism())
  }

  get size(): number {
    return this.#size
  }

  /** How many bytes a second are read for jobs that are paced; 0 pauses them, undefined sets them free. */
  setPace(bytesASecond: number | undefined): void {
    this.#pace = bytesASecond
    for (const { handle } of this.#workers) handle.call.setPace.asEvent(this.#paceOfEach())
    this.#feed()
  }

  /** Whether what is paced rests. */
  get paused(): boolean {
    return this.#pace === 0
  }

  run(job: HashJob, signal?: AbortSignal, onProgress: (bytes: number) => void = () => {}): Promise<Hashed> {
    return this.#ask(signal, asked => ({ ...asked, onProgress, job }))
  }

  /** Hashes small files; an error only where none of them has an answer. */
  runSmall(small: SmallFiles, signal?: AbortSignal): Promise<SmallAnswers> {
    return this.#ask(signal, asked => ({ ...asked, onProgress() {}, small }))
  }

  #ask<T>(signal: AbortSignal | undefined, waitingOf: (asked: Asked<T>) => Waiting): Promise<T> {
    if (this.#closing) return Promise.reject(closed())
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId
      const onAbort = () => {
        this.#cancel(id)
        reject(signal?.reason)
      }
      const settle = () => signal?.removeEventListener('abort', onAbort)
      signal?.addEventListener('abort', onAbort, { once: true })
      const asked: Asked<T> = {
        id,
        resolve(answer) {
          settle()
          resolve(answer)
        },
        reject(error) {
          settle()
          reject(error)
        },
      }
      this.#waiting.push(waitingOf(asked))
      this.#feed()
    })
  }

  /** Of the pace, for each worker is about as fast as the others. */
  #paceOfEach(): number | undefined {
    return this.#pace && this.#pace / this.#size
  }

  /** The root from a layer, on a worker: 50 ms of hashing for the largest. */
  async rootOfLayer(layer: Uint8Array, sizeBytes: number): Promise<Root> {
    const [worker] = this.#workers.size > 0 ? this.#workers : [this.#start()]
    if (!worker || this.#closing) throw closed()
    return worker.handle.call.rootOfLayer(layer, sizeBytes)
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closed())
    await Promise.all([...this.#workers].map(worker => worker.handle.close()))
  }

  #cancel(id: number): void {
    const index = this.#waiting.findIndex(waiting => waiting.id === id)
    if (index >= 0) this.#waiting.splice(index, 1)
    for (const worker of this.#workers) {
      if (worker.running.some(running => running.id === id)) void worker.handle.call.cancel.asEvent(id)
    }
  }

  #feed(): void {
    while (this.#waiting.length > 0 && !this.#closing) {
      const batch = this.#nextBatch()
      const worker = batch[0] && this.#freeWorker(batch[0])
      if (!worker) return
      const chosen = new Set<Waiting>(batch)
      this.#waiting = this.#waiting.filter(waiting => !chosen.has(waiting))
      void this.#work(worker, batch)
    }
  }

  #freeWorker(first: Waiting): PoolWorker | undefined {
    const idle = [...this.#workers].find(worker => worker.running.length === 0)
    if (idle) return idle
    // What is paced may hold all workers: others don't wait for it.
    const most = this.#pace === undefined || isPaced(first) ? this.#size : 2 * this.#size
    return this.#workers.size < most ? this.#start() : undefined
  }

  /** While there is a pace, what has none goes first, and while that is to rest, alone. */
  #nextBatch(): readonly WaitingFile[] | readonly [WaitingSmall] | readonly [] {
    const free = this.#pace === undefined ? this.#waiting : this.#waiting.filter(waiting => !isPaced(waiting))
    const queue = free.length > 0 || this.paused ? free : this.#waiting
    const share = Math.ceil(queue.length / this.#size)
    const batch: WaitingFile[] = []
    let bytes = 0
    for (const waiting of queue) {
      if ('small' in waiting) return batch.length > 0 ? batch : [waiting]
      const { job } = waiting
      bytes += job.part || job.size === undefined ? BATCH_BYTES : job.size
      if (batch.length > 0 && (bytes > BATCH_BYTES || batch.length >= Math.min(BATCH_FILES, share))) break
      batch.push(waiting)
    }
    return batch
  }

  async #work(worker: PoolWorker, batch: readonly WaitingFile[] | readonly [WaitingSmall]): Promise<void> {
    worker.running = batch
    const [first] = batch
    try {
      if (first && 'small' in first) first.resolve(await worker.handle.call.hashSmall(first.id, first.small))
      else await hashFiles(worker, batch as readonly WaitingFile[])
    } catch (error) {
      this.#workers.delete(worker)
      for (const waiting of batch) waiting.reject(this.#closing ? closed() : error)
    }
    worker.running = []
    this.#feed()
  }

  #start(): PoolWorker {
    const { kind, background, log } = this.#options
    const local: HashMain = {
      progress: (id, bytes) => worker.running.find(waiting => waiting.id === id)?.onProgress(bytes),
    }
    const handle = startWorker<HashWorker, HashMain>({
      entry: new URL('./hash-worker.js', import.meta.url),
      name: 'hash',
      youngMiB: YOUNG_MIB,
      local,
      ...(kind && { kind }),
    })
    const worker: PoolWorker = { handle, running: [] }
    this.#workers.add(worker)
    if (background) void handle.call.yieldToOthers.asEvent()
    if (this.#pace !== undefined) void handle.call.setPace.asEvent(this.#paceOfEach())
    void handle.ended.then(error => {
      this.#workers.delete(worker)
      if (!error) return
      log.warn('a hash worker ended', { code: error.code, cause: String(error.cause) })
      this.#feed()
    })
    return worker
  }
}

function isPaced(waiting: Waiting): boolean {
  return ('small' in waiting ? waiting.small.isPaced : waiting.job.isPaced) ?? false
}

async function hashFiles({ handle }: PoolWorker, batch: readonly WaitingFile[]): Promise<void> {
  const answers = await handle.call.hash(batch.map(({ id, job }) => ({ ...job, id })))
  batch.forEach((waiting, i) => {
    const answer = answers[i]
    if (answer && answer.kind !== 'failed') waiting.resolve(answer)
    else waiting.reject(answer ? fromPlainError(answer.error) : closed())
  })
}

function closed(): PeerError {
  return new PeerError('CLOSED', 'Hashing was stopped, for the program is closing.')
}
