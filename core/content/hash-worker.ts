import { setPriority } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import { type PlainError, toPlainError } from '../errors/index.js'
import type { Root } from '../manifest/index.js'
import { serveWorker } from '../workers/index.js'
import { type Hashed, type HashJob, hashJob, type Pause } from './hash-file.js'
import { rootOfLayer } from './merkle.js'
import { Pace } from './pace.js'
import { jobsOf, type SmallAnswers, SmallAnswersBuilder, type SmallFiles } from './small-files.js'

/** A job with the number it is cancelled and reported by. */
export interface NumberedJob extends HashJob {
  readonly id: number
}

export type HashAnswer = Hashed | { readonly kind: 'failed'; readonly error: PlainError }

/** What the main side calls. Batches are given one after the other, never two at once. */
export interface HashWorker {
  hash(jobs: readonly NumberedJob[]): Promise<HashAnswer[]>
  /** The same for many small files, which are cancelled and reported together. */
  hashSmall(id: number, files: SmallFiles): Promise<SmallAnswers>
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
      await takeTurn()
    }
    for (const { id } of jobs) cancelled.delete(id)
    return answers
  },
  async hashSmall(id, files) {
    const answers = new SmallAnswersBuilder(files.paths.length)
    const pause = pauseOf(id, files.isPaced)
    for (const job of jobsOf(files)) {
      if (cancelled.has(id)) break
      try {
        answers.add(await hashJob(job, pause))
      } catch (error) {
        answers.fail(toPlainError(error))
      }
      await takeTurn()
    }
    cancelled.delete(id)
    return answers.plain
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

/** Lets messages through now and then. */
async function takeTurn(): Promise<void> {
  if (performance.now() - lastTurn < TURN_MS) return
  await nextTurn()
  lastTurn = performance.now()
}

async function answer(job: NumberedJob): Promise<HashAnswer> {
  try {
    return await hashJob(job, pauseOf(job.id, job.isPaced ?? false))
  } catch (error) {
    return { kind: 'failed', error: toPlainError(error) }
  }
}

/** Tells what is done now and then, waits as the pace demands, and throws when it is cancelled. */
function pauseOf(id: number, isPaced: boolean): Pause {
  let unsaid = 0
  let said = performance.now()
  const isCancelled = () => cancelled.has(id)
  return bytes => {
    const now = performance.now()
    if (isCancelled()) throw new Error('cancelled')
    unsaid += bytes
    if (now - said >= PROGRESS_EVERY_MS) {
      void main.progress.asEvent(id, unsaid)
      unsaid = 0
      said = now
    }
    return isPaced ? pace.after(bytes, isCancelled) : undefined
  }
}
