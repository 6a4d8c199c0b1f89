import { startWorker, type WorkerHandle } from '../../../core/workers/index.js'

/** What a share in a process of its own can be told. */
export interface BenchShareCalls {
  /** Opens the share, imports a folder where one is named, waits until it is scanned or also hashed, and closes it. */
  run(what: { readonly home: string; readonly original?: string; readonly untilHashed: boolean }): Promise<{
    /** From opening to all being scanned, or also hashed. */
    readonly seconds: number
    readonly files: number
    /** Files whose content was read. */
    readonly filesRead: number
    /** The most memory the process has had. */
    readonly peakBytes: number
  }>
  /** Unpacks an archive into a folder that is shared and watched, and waits until all of it is listed and hashed. */
  burst(what: { readonly home: string; readonly folder: string; readonly archive: string }): Promise<{
    /** What tar took. */
    readonly unpackSeconds: number
    /** From its end until all was listed, and hashed. */
    readonly listedAfterSeconds: number
    readonly hashedAfterSeconds: number
    readonly files: number
    /** How often there was a new version to tell. */
    readonly deltas: number
  }>
}

/** Starts a process for a share. */
export function startBenchShare(): WorkerHandle<BenchShareCalls> {
  return startWorker<BenchShareCalls>({
    entry: new URL('./share-process.js', import.meta.url),
    name: 'share',
    kind: 'process',
    local: {},
  })
}
