import { startWorker, type WorkerHandle } from '../../../core/workers/index.js'

/** A registry in a process of its own. */
export interface BenchRegistryCalls {
  /** Starts it; gives its port. */
  start(options: { readonly home: string; readonly port: number }): Promise<number>
  /** Memory of the process now, bytes. */
  memory(): number
  /** People who are online, as it counts them. */
  online(): number
}

/** Many peers' registry clients in a process. */
export interface BenchClientsCalls {
  /** Makes so many identities. */
  prepare(count: number): Promise<void>
  /** All connect and register, some at a time; resolves when all have. */
  join(port: number): Promise<void>
  /** Everyone's heartbeat as often as it is, some searches and new files a second; latencies in ms. */
  load(what: {
    readonly seconds: number
    readonly searchesASecond: number
    readonly changesASecond: number
  }): Promise<{
    readonly heartbeats: readonly number[]
    readonly searches: readonly number[]
    readonly failed: number
  }>
  connected(): number
  /** How often a connection was lost since this was asked last. */
  lost(): number
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
