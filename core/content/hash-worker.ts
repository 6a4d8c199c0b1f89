import { setPriority } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import { type PlainError, toPlainError } from '../errors/index.js'
import type { Root } from '../manifest/index.js'
import { serveWorker } from '../workers/index.js'
import { type Hashed, type HashJob, hashJob } from './hash-file.js'
import { rootOfLayer } from './merkle.js'
import { Pace } from './pace.js'

/** A job with the number it is cancelled and reported by. */
export interface NumberedJob extends HashJob {
  readonly id: number
}

export type HashAnswer = Hashed | { readonly kind: 'failed'; readonly error: PlainError }

/** What the main side calls. Batches are given one after the other, never two at once. */
export interface HashWorker {
  hash(jobs: readonly NumberedJob[]): Promise<HashAnswer[]>
  rootOfLayer(layer: Uint8Array, sizeBytes: number): Root
  /** Stops a job that is running or about to; its answer is then of no use. */
  cancel(id: number): void
  /** Lets everything else on this computer go first. */
  yieldToOthers(): void
  /** How many bytes a second are read for jobs that are paced; 0 pauses them, undefined sets them free. */
  setPace(bytesASecond: number | undefined): void
}

/** What the worker calls. */
export interface HashMain {
  progress(id: number, bytes: number): void
}

const PROGRESS_EVERY_MS = 100
const TURN_MS = 10
const LOW_PRIORITY = 10

const cancelled = new Set<number>()
const pace = new Pace()
let lastTurn = performance.now()

const main = serveWorker<HashMain, HashWorker>({
  async hash(jobs) {
    const answers: HashAnswer[] = []
    for (const job of jobs) {
      answers.push(await answer(job))
      if (performance.now() - lastTurn < TURN_MS) continue
      await nextTurn()
      lastTurn = performance.now()
    }
    for (const { id } of jobs) cancelled.delete(id)
    return answers
  },
  rootOfLayer,
  cancel(id) {
    cancelled.add(id)
    pace.wake()
  },
  setPace: bytesASecond => pace.set(bytesASecond),
  yieldToOthers() {
    // In a thread this is the thread's own priority on Linux, but the whole process's elsewhere.
    if (isMainThread || process.platform === 'linux') setPriority(LOW_PRIORITY)
  },
})

async function answer(job: NumberedJob): Promise<HashAnswer> {
  let unsaid = 0
  let said = performance.now()
  try {
    return await hashJob(job, bytes => {
      lastTurn = performance.now()
      const isCancelled = () => cancelled.has(job.id)
      if (isCancelled()) throw new Error('cancelled')
      unsaid += bytes
      if (lastTurn - said >= PROGRESS_EVERY_MS) {
        void main.progress.asEvent(job.id, unsaid)
        unsaid = 0
        said = lastTurn
      }
      return job.isPaced ? pace.after(bytes, isCancelled) : undefined
    })
  } catch (error) {
    return { kind: 'failed', error: toPlainError(error) }
  }
}
