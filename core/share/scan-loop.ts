import type { Logger } from '../log/index.js'
import { startWorker, type WorkerHandle, type WorkerKind } from '../workers/index.js'
import { FoundReader } from './packed-found.js'
import type { ScanRules } from './scan.js'
import type { FolderReport, ScanMain, ScanRequest, ScanWorker } from './scan-messages.js'

export interface ScanLoopOptions {
  readonly kind: WorkerKind
  readonly log: Logger
  readonly rules: ScanRules
  readonly watch: boolean
  /** Takes what was seen in some folders; gives those that must be looked at in turn. */
  onReport(folders: readonly FolderReport[], found: FoundReader): readonly ScanRequest[]
  onScanning(scanning: boolean): void
  /** Changes are not seen as they happen any more: the system has no watches left. */
  onUnwatched(): void
  /** How often all is looked at, ms. For tests. */
  readonly rescanMs?: { readonly watched: number; readonly unwatched: number }
  /** What looks. For tests; default: a scan worker of this kind. */
  start?(local: ScanMain): WorkerHandle<ScanWorker>
}

const MINUTE_MS = 60 * 1000
const RESCAN_MS = { watched: 60 * MINUTE_MS, unwatched: 5 * MINUTE_MS }
const RESTART_AFTER_MS = 1000
/** What a scan makes is soon sent and gone. */
const YOUNG_MIB = 6
const EVERYTHING: ScanRequest = { path: '', deep: true }

/** Has the scan worker look at what may have changed, one round after the other. */
export class ScanLoop {
  readonly #options: ScanLoopOptions
  readonly #closed = new AbortController()
  readonly #dirty = new Map<string, boolean>()
  #rules: ScanRules
  #worker: WorkerHandle<ScanWorker>
  readonly #afterRound: (() => void)[] = []
  #round = 0
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout
  #isUnwatched = false
  #restart: NodeJS.Timeout | undefined

  constructor(options: ScanLoopOptions) {
    this.#options = options
    this.#rules = options.rules
    this.#worker = this.#start()
    this.#timer = this.#every('watched')
  }

  /** Looks at this soon. */
  add(requests: readonly ScanRequest[]): void {
    for (const { path, deep } of requests) this.#dirty.set(path, deep || (this.#dirty.get(path) ?? false))
    if (this.#dirty.size > 0) this.#running ??= this.#run()
  }

  /** Looks at this and waits until it has been reported, with the new folders that turned up in it. */
  async scan(requests: readonly ScanRequest[]): Promise<void> {
    this.add(requests)
    // A round may be under way, the next one has this, and the one after it the new folders. No longer:
    // where something always changes there is always another round.
    const last = this.#round + 3
    while (this.#running && this.#round < last && !this.#closed.signal.aborted) {
      await new Promise<void>(resolve => this.#afterRound.push(resolve))
    }
  }

  /** Imports that are no links have changed, or what the person leaves out. */
  setRules(change: Partial<Pick<ScanRules, 'references' | 'exclude'>>): void {
    this.#rules = { ...this.#rules, ...change }
    this.#worker.call.configure.asEvent(this.#rules, this.#options.watch)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    clearInterval(this.#timer)
    clearTimeout(this.#restart)
    const running = this.#running
    await this.#worker.close()
    await running
  }

  async #run(): Promise<void> {
    this.#options.onScanning(true)
    while (this.#dirty.size > 0 && !this.#closed.signal.aborted) {
      const requests = withoutNested(this.#dirty)
      this.#dirty.clear()
      try {
        await this.#worker.call.scan(requests)
      } catch (error) {
        if (!this.#closed.signal.aborted) this.#options.log.error('a scan failed', { cause: String(error) })
      }
      this.#endRound(this.#dirty.size > 0)
    }
    this.#options.onScanning(false)
  }

  #endRound(more: boolean): void {
    this.#round += 1
    if (!more) this.#running = undefined
    for (const resolve of this.#afterRound.splice(0)) resolve()
  }

  #start(): WorkerHandle<ScanWorker> {
    const { kind, log, watch, start = () => startScanWorker(kind, local) } = this.#options
    const local: ScanMain = {
      report: async (folders, found) => this.add(this.#options.onReport(folders, new FoundReader(found))),
      changed: requests => this.add(requests),
      warn: message => log.warn(message),
      watchLimit: code => this.#unwatched(code),
    }
    const worker = start(local)
    worker.call.configure.asEvent(this.#rules, watch)
    void worker.ended.then(error => {
      if (!error || this.#closed.signal.aborted) return
      log.error('the scan worker ended and is started again', { cause: String(error.cause) })
      this.#restart = setTimeout(() => {
        this.#worker = this.#start()
        this.add([EVERYTHING])
      }, RESTART_AFTER_MS)
    })
    return worker
  }

  #unwatched(code: string): void {
    if (this.#isUnwatched) return
    this.#isUnwatched = true
    this.#options.log.warn('the system has no watches left; the share is scanned every 5 minutes instead', {
      code,
    })
    clearInterval(this.#timer)
    this.#timer = this.#every('unwatched')
    this.#options.onUnwatched()
    // What changed since the last scan may not have been told.
    this.add([EVERYTHING])
  }

  #every(how: 'watched' | 'unwatched'): NodeJS.Timeout {
    const { [how]: ms } = this.#options.rescanMs ?? RESCAN_MS
    const timer = setInterval(() => this.add([EVERYTHING]), ms)
    timer.unref()
    return timer
  }
}

function startScanWorker(kind: WorkerKind, local: ScanMain): WorkerHandle<ScanWorker> {
  return startWorker<ScanWorker, ScanMain>({
    entry: new URL('./scan-worker.js', import.meta.url),
    name: 'scan',
    kind,
    youngMiB: YOUNG_MIB,
    local,
  })
}

/** Each path once, and none below one that is looked at deeply. */
function withoutNested(dirty: ReadonlyMap<string, boolean>): ScanRequest[] {
  const all = [...dirty].map(([path, deep]) => ({ path, deep }))
  const deep = all.filter(request => request.deep).map(({ path }) => path)
  const covered = (path: string) =>
    deep.some(above => above !== path && (above === '' || path.startsWith(`${above}/`)))
  return all.filter(({ path }) => !covered(path))
}
