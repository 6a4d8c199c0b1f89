import type { Settings, Transfer } from '../../../core/api/index.js'
import type { PeerId } from '../../../core/identity/index.js'
import { startWorker, type WorkerHandle } from '../../../core/workers/index.js'

/** A download as it ended. */
export interface Fetched {
  readonly seconds: number
  readonly bytes: number
  readonly files: number
  readonly fetched: number
  readonly target: string
}

/** What a peer in a process of its own can be told. */
export interface BenchPeerCalls {
  /** Starts it; gives its id. */
  start(options: { readonly home: string; readonly name: string; readonly registry: string }): Promise<PeerId>
  /** Imports a folder; resolves when all of it is hashed and the registry knows. */
  share(folder: string): Promise<void>
  set<K extends keyof Settings>(key: K, value: Settings[K]): Promise<void>
  /** Downloads, timed from the call to the last file's place; then it is taken off the list. */
  download(owner: PeerId, path: string): Promise<Fetched>
  /** Starts a download and says how it stands when so many bytes are here. */
  downloadUntil(owner: PeerId, path: string, bytes: number): Promise<Transfer>
  /** Seconds from `start` to the first byte that the network brought for a download of an earlier run. */
  firstByte(): Promise<number>
  /** Resolves when all downloads are over. */
  finish(): Promise<void>
  /** The most memory the process has had, bytes. */
  peakMemory(): number
  close(): Promise<void>
}

/** Starts a process for a peer. */
export function startBenchPeer(): WorkerHandle<BenchPeerCalls> {
  return startWorker<BenchPeerCalls>({
    entry: new URL('./peer-process.js', import.meta.url),
    name: 'peer',
    kind: 'process',
    local: {},
  })
}
