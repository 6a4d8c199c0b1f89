import { availableParallelism } from 'node:os'
import { isPeerError, PeerError } from '../errors/index.js'
import type { Identity, PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import { startWorker, type WorkerHandle, type WorkerKind } from '../workers/index.js'
import type { GrantProvider } from './grant.js'
import type { Lender } from './limits/lender.js'
import { loansOf, type Pacing } from './limits/pacing.js'
import type { UploadCalls, UploadQuestions } from './worker/protocol.js'

/** How the upload side runs. */
export interface UploadsOptions {
  readonly identity: Identity
  /** The address to listen on. */
  readonly host: string
  /** One for each worker, or any free ones. */
  readonly ports: readonly number[] | 'any'
  /** With `ports: 'any'`. Default: half the cores, 2 to 4. */
  readonly workers?: number
  readonly workerKind?: WorkerKind
  readonly log: Logger
  readonly grants: GrantProvider
  /** Default: no limits. */
  readonly limits?: Lender
  /** Who is blocked at the start. */
  readonly blocked?: readonly PeerId[]
  /** Bytes of ours go out; called about each second while they do. */
  onServing?(): void
}

/** The upload side: what of our files is granted is served by workers with a port each. */
export interface Uploads {
  readonly ports: readonly number[]
  /** What was granted before, of all roots or of one, must be asked anew. */
  revoke(root?: Root): void
  /** Who is blocked from now on: their connections end, and they get no others. */
  block(ids: readonly PeerId[]): void
  /** Ends all connections; safe to call twice. */
  close(): Promise<void>
}

/** Starts the upload workers; PORT_BUSY when one of the ports is taken. */
export async function createUploads(options: UploadsOptions): Promise<Uploads> {
  const ports =
    options.ports === 'any' ? new Array<number>(options.workers ?? defaultWorkers()).fill(0) : options.ports
  const workers = await Promise.allSettled(ports.map(port => UploadWorker.start(options, port)))
  const started = workers.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = workers.find(result => result.status === 'rejected')
  if (failed) {
    await Promise.all(started.map(worker => worker.close()))
    throw isPeerError(failed.reason) ? failed.reason : new PeerError('INTERNAL', String(failed.reason))
  }
  const stopWatching = options.limits?.watch(pacing => {
    for (const worker of started) worker.pace(pacing)
  })
  let closing: Promise<unknown> | undefined
  return {
    ports: started.map(worker => worker.port),
    revoke(root) {
      for (const worker of started) worker.revoke(root)
    },
    block(ids) {
      for (const worker of started) worker.block(ids)
    },
    async close() {
      stopWatching?.()
      closing ??= Promise.all(started.map(worker => worker.close()))
      await closing
    },
  }
}

/** A worker on its port, started again there when it ends by itself. */
class UploadWorker {
  readonly #options: UploadsOptions
  #worker: WorkerHandle<UploadCalls>
  #blocked: readonly PeerId[]
  #closed = false
  port: number

  private constructor(options: UploadsOptions, port: number) {
    this.#options = options
    this.port = port
    this.#blocked = options.blocked ?? []
    this.#worker = this.#startWorker()
  }

  static async start(options: UploadsOptions, port: number): Promise<UploadWorker> {
    const worker = new UploadWorker(options, port)
    try {
      await worker.#listen()
      return worker
    } catch (error) {
      await worker.close()
      throw error
    }
  }

  revoke(root: Root | undefined): void {
    if (!this.#closed) this.#worker.call.revoke.asEvent(root)
  }

  block(ids: readonly PeerId[]): void {
    this.#blocked = ids
    if (!this.#closed) this.#worker.call.block.asEvent(ids)
  }

  pace(pacing: Pacing): void {
    if (!this.#closed) this.#worker.call.pace.asEvent(pacing)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#worker.close()
  }

  #startWorker(): WorkerHandle<UploadCalls> {
    const { grants, workerKind, limits, onServing } = this.#options
    const worker = startWorker<UploadCalls, UploadQuestions>({
      entry: new URL('./worker/upload-worker.js', import.meta.url),
      name: 'upload',
      ...(workerKind && { kind: workerKind }),
      local: {
        grant: (asker, roots) => grants.grant(asker, roots),
        layer: (asker, root) => grants.layer(asker, root),
        have: (asker, root) => grants.have(asker, root),
        rootOf: (asker, path, offer) => grants.rootOf(asker, path, offer),
        serving: () => onServing?.(),
        ...loansOf(limits),
      },
    })
    if (limits) worker.call.pace.asEvent(limits.pacing)
    if (this.#blocked.length > 0) worker.call.block.asEvent(this.#blocked)
    void worker.ended.then(error => this.#restart(error))
    return worker
  }

  async #listen(): Promise<void> {
    const { identity, host } = this.#options
    this.port = await this.#worker.call.listen({ identity, host, port: this.port })
  }

  async #restart(error: PeerError | undefined): Promise<void> {
    if (this.#closed || !error) return
    this.#options.log.error('an upload worker ended', { port: this.port, cause: String(error.cause) })
    this.#worker = this.#startWorker()
    await this.#listen().catch(again => {
      this.#options.log.error('an upload worker could not be started again', { cause: String(again) })
    })
  }
}

function defaultWorkers(): number {
  return Math.min(4, Math.max(2, Math.floor(availableParallelism() / 2)))
}
