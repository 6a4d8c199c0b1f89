import { startWorker, type WorkerHandle } from '../../../core/workers/index.js'
import type { Timing } from './plain-client.js'

/** How a process fared since this was asked last. */
export interface Fared {
  /** Memory now, bytes. */
  readonly rss: number
  /** Of one core, by all its threads. */
  readonly cores: number
  /** Of one core, by its main thread alone; and the time that it could have run and other programs did. */
  readonly mainCores: number
  readonly mainKeptWaiting: number
  /** How late timers were on its loop, ms: 99th percentile, and the worst. */
  readonly loopMs: number
  readonly worstLoopMs: number
}

/** A registry in a process of its own. */
export interface BenchRegistryCalls {
  /** Starts it; gives its port. */
  start(options: { readonly home: string; readonly port: number }): Promise<number>
  fared(): Fared
  /** Connections that have registered, as it counts them, and whether all that was stored can be searched. */
  stands(): { readonly online: number; readonly complete: boolean; readonly entries: number }
  /** Puts so many files of one person into the store of a home that is not in use. */
  fill(options: { readonly home: string; readonly files: number; readonly folder: number }): Promise<void>
  /** Writes a CPU profile of its main thread for so many seconds. */
  profile(file: string, seconds: number): Promise<void>
  snapshot(file: string): void
}

/** What a load is. */
export interface Load {
  readonly seconds: number
  readonly searchesASecond: number
  readonly changesASecond: number
}

/** What came of it. */
export interface Loaded {
  readonly heartbeats: readonly Timing[]
  readonly searches: readonly number[]
  readonly failed: number
}

/** Many peers of a registry in a process. Each sends its heartbeat every 15 s, from its first connection on. */
export interface BenchClientsCalls {
  /** Makes so many identities. */
  prepare(count: number): Promise<void>
  /** All connect, register, publish and watch some others, so many at a time; resolves when all have. */
  join(port: number, atOnce: number): Promise<void>
  load(load: Load): Promise<Loaded>
  connected(): number
  /** Of all whom someone watches, how many are not known to be online. */
  wrong(): number
  /** How often a connection was lost since this was asked last. */
  lost(): number
  fared(): Fared
}

function start<Calls extends object>(entry: URL): WorkerHandle<Calls> {
  return startWorker<Calls>({ entry, name: 'registry', kind: 'process', local: {} })
}

export function startBenchRegistry(): WorkerHandle<BenchRegistryCalls> {
  return start(new URL('./registry-process.js', import.meta.url))
}

export function startBenchClients(): WorkerHandle<BenchClientsCalls> {
  return start(new URL('./clients-process.js', import.meta.url))
}
