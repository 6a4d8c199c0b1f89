import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type BirpcReturn, createBirpc } from 'birpc'
import { PeerError } from '../errors/index.js'
import { errorsAsData } from './channel.js'

/** Threads share memory and start faster; processes are for hosts where threads misbehave (some NW.js releases). */
export type WorkerKind = 'thread' | 'process'

/** How a worker starts. */
export interface WorkerOptions<Local extends object> {
  /** The compiled entry, as `new URL('./hash-worker.js', import.meta.url)`. */
  readonly entry: URL
  /** What the worker may call here. */
  readonly local: Local
  /** For messages about it. */
  readonly name: string
  /** Default: thread. */
  readonly kind?: WorkerKind
  /**
   * Room for what a thread has just made, MiB. Without bounds a busy one takes up to 48, whatever it keeps. Only for
   * threads.
   */
  readonly youngMiB?: number
}

/** A running worker. */
export interface WorkerHandle<Remote extends object> {
  /** The worker's functions; a call on a worker that is gone rejects with WORKER_LOST. */
  readonly call: BirpcReturn<Remote, object>
  /** Settles when the worker has ended, by `close` (undefined) or by itself (the error). */
  readonly ended: Promise<PeerError | undefined>
  /** Ends it at once; safe to call twice. What it must finish first, ask of it before. */
  close(): Promise<void>
}

interface Backend {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onEnd(listener: (cause: unknown) => void): void
  stop(): Promise<void>
}

/** Starts a worker and connects the two sides' functions by name. Calls have no time limit of their own. */
export function startWorker<Remote extends object, Local extends object = object>(
  options: WorkerOptions<Local>,
): WorkerHandle<Remote> {
  const backend = options.kind === 'process' ? processBackend(options.entry) : threadBackend(options)
  let closing: Promise<void> | undefined
  const call = createBirpc<Remote, Local>(options.local, {
    post: message => backend.post(message),
    on: listener => backend.onMessage(listener),
    ...errorsAsData,
    timeout: -1,
  })
  const ended = new Promise<PeerError | undefined>(resolve => {
    backend.onEnd(cause => {
      const lost = new PeerError('WORKER_LOST', `The ${options.name} worker ended. Try again.`, { cause })
      call.$close(lost)
      resolve(closing ? undefined : lost)
    })
  })
  return {
    call: call as BirpcReturn<Remote, object>,
    ended,
    close() {
      closing ??= backend.stop().then(async () => void (await ended))
      return closing
    },
  }
}

// Not those of this process: a program given by `node --input-type=module -e` would be no program for a worker.
const WORKER_ARGUMENTS: string[] = []

function threadBackend({ entry, name, youngMiB }: WorkerOptions<object>): Backend {
  const resourceLimits = youngMiB === undefined ? {} : { maxYoungGenerationSizeMb: youngMiB }
  const worker = new Worker(entry, { name, execArgv: WORKER_ARGUMENTS, resourceLimits })
  let cause: unknown
  worker.on('error', error => {
    cause = error
  })
  return {
    post: message => worker.postMessage(message),
    onMessage: listener => worker.on('message', listener),
    onEnd: listener => worker.once('exit', code => listener(cause ?? `exit code ${code}`)),
    stop: async () => void (await worker.terminate()),
  }
}

function processBackend(entry: URL): Backend {
  const child = fork(fileURLToPath(entry), {
    serialization: 'advanced',
    execArgv: WORKER_ARGUMENTS,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return {
    post: message => {
      if (child.connected) child.send(message as Parameters<ChildProcess['send']>[0])
    },
    onMessage: listener => child.on('message', listener),
    onEnd: listener => {
      child.once('error', listener)
      child.once('exit', (code, signal) => listener(signal ?? `exit code ${code}`))
    },
    stop: async () => void child.kill('SIGKILL'),
  }
}
