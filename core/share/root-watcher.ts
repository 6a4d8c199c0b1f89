import { basename, dirname } from 'node:path'
import type { watch as chokidarWatch, FSWatcher } from 'chokidar'
import { systemCode } from '../errors/index.js'
import { isExcluded } from './exclusions.js'

export interface RootWatcherOptions {
  /** The real file or folder to watch, with all folders below it. */
  readonly root: string
  readonly watch: typeof chokidarWatch
  /** Whether a real folder is not shared, by the person's own patterns. */
  isLeftOut(folder: string): boolean
  /** Something changed in this real folder, or in the root if that is a file. */
  onChanged(folder: string): void
  /** From now on changes are told; what came before may have been missed. Again after each storm. */
  onReady(): void
  /** The system has no watches left: this watcher has ended. */
  onLimit(code: string): void
  onError(error: unknown): void
}

/** Faster than this, telling each event costs more than to look at everything once it is over. */
const MOST_EVENTS_A_SECOND = 1000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000
/** How long a storm is remembered, so that the next one is waited out longer. */
const CALM_MS = 60_000
/** A new folder is looked at again after this: files may come before it is watched. */
const SECOND_LOOK_MS = 2000
const LIMIT_CODES = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])

/**
 * Watches one import. Only folders get a watch of the system, and only what changed where is told: what the
 * change was is for a scan to find. While events come too fast it looks away, and tells to scan anew after.
 */
export class RootWatcher {
  readonly #options: RootWatcherOptions
  #watcher: FSWatcher | undefined
  #timers = new Set<NodeJS.Timeout>()
  #secondLook = new Set<string>()
  #windowStart = 0
  #events = 0
  #pauseMs = FIRST_PAUSE_MS
  #lastStorm = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(options: RootWatcherOptions) {
    this.#options = options
    this.#start()
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    await this.#stop()
  }

  #start(): void {
    const { root, watch, isLeftOut, onReady } = this.#options
    const watcher = watch(root, {
      ignored: (path, stats) =>
        path !== root &&
        (isExcluded(basename(path)) || (stats !== undefined && !stats.isDirectory()) || isLeftOut(path)),
      followSymlinks: false,
      ignoreInitial: true,
      ignorePermissionErrors: true,
      atomic: false,
    })
    this.#watcher = watcher
    watcher.on('raw', (_event, _name, details) => {
      this.#count()
      if (this.#watcher === watcher) this.#changed(watchedPath(details) ?? root)
    })
    watcher.on('addDir', path => this.#lookTwice(path))
    watcher.on('unlinkDir', path => this.#changed(dirname(path)))
    watcher.on('ready', () => {
      if (this.#watcher === watcher) onReady()
    })
    watcher.on('error', error => this.#failed(error))
  }

  async #stop(): Promise<void> {
    const watcher = this.#watcher
    this.#watcher = undefined
    await watcher?.close()
  }

  #changed(folder: string): void {
    if (!this.#closed) this.#options.onChanged(folder)
  }

  #lookTwice(folder: string): void {
    this.#changed(folder)
    if (this.#closed) return
    if (this.#secondLook.size === 0) {
      this.#later(SECOND_LOOK_MS, () => {
        const folders = this.#secondLook
        this.#secondLook = new Set()
        for (const seen of folders) this.#changed(seen)
      })
    }
    this.#secondLook.add(folder)
  }

  #count(): void {
    const now = performance.now()
    if (now - this.#windowStart > 1000) {
      this.#windowStart = now
      this.#events = 0
    }
    this.#events += 1
    if (this.#events > MOST_EVENTS_A_SECOND && this.#watcher) this.#waitOut(now)
  }

  #waitOut(now: number): void {
    this.#pauseMs =
      now - this.#lastStorm < CALM_MS ? Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS
    this.#lastStorm = now
    void this.#stop().then(() => this.#later(this.#pauseMs, () => this.#start()))
  }

  #failed(error: unknown): void {
    const code = systemCode(error) ?? ''
    if (this.#closed || !this.#watcher) return
    if (!LIMIT_CODES.has(code)) {
      this.#options.onError(error)
      return
    }
    void this.close()
    this.#options.onLimit(code)
  }

  #later(ms: number, act: () => void): void {
    if (this.#closed) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, ms)
    this.#timers.add(timer)
  }
}

/** chokidar's raw events say which watch they come from. */
function watchedPath(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return undefined
  return typeof details.watchedPath === 'string' ? details.watchedPath : undefined
}
