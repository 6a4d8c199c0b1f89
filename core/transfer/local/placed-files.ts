import { createHash } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { stampOf } from '../../content/index.js'
import type { Logger } from '../../log/index.js'
import { type Root, rootOfBytes } from '../../manifest/index.js'
import type { Store, Table } from '../../store/index.js'
import type { Clock } from '../clock.js'

/** How long nothing must be placed until what was is noted: not while the next ones are being fetched, ms. */
const WAIT_MS = 500
/** So many are noted without waiting. */
const MOST_WAITING = 50_000
/** Smaller files are fetched sooner than they are found elsewhere and copied. */
const WORTH_COPYING_BYTES = 64 * 1024
/** Files looked at between two looks at the rest of the program. */
const TURN_FILES = 200
/** Longer paths are kept by their digest: the database's keys are short. */
const KEY_BYTES = 1_000

interface Kept {
  readonly stamp: number
  readonly root: Buffer
}

interface Placed {
  readonly root: Root
  readonly size: number
  readonly mtime: number
}

/**
 * Remembers what downloads put where, so that the same content is not fetched again, and so that an update knows
 * which files nobody edited. It is noted a little later: a crash in between costs that knowledge, no file.
 */
export class PlacedFiles {
  readonly #store: Store
  readonly #clock: Clock
  readonly #log: Logger
  readonly #byPath: Table<Kept>
  readonly #byRoot: Table<string>
  /** Milliseconds since 1970. */
  readonly #openedAt = Date.now()
  readonly #begun = new Set<string>()
  #waiting = new Map<string, Placed>()
  #lastAddMs = 0
  #waitingRoots = new Map<Root, string>()
  #notingRoots: ReadonlyMap<Root, string> = new Map()
  #stopWaiting: (() => void) | undefined
  #noting: Promise<void> = Promise.resolve()

  constructor({ store, clock, log }: { store: Store; clock: Clock; log: Logger }) {
    this.#store = store
    this.#clock = clock
    this.#log = log
    this.#byPath = store.table('placed-files')
    this.#byRoot = store.table('placed-roots')
  }

  /** Whether a download was never run before. An earlier run that was cut off may have placed more than was noted. */
  isFirstRun({ id, createdAt }: { readonly id: string; readonly createdAt: number }): boolean {
    if (createdAt < this.#openedAt || this.#begun.has(id)) return false
    this.#begun.add(id)
    return true
  }

  /** A download has placed a file with this time. */
  add(path: string, placed: Placed): void {
    this.#waiting.set(path, placed)
    if (placed.size >= WORTH_COPYING_BYTES) this.#waitingRoots.set(placed.root, path)
    this.#lastAddMs = this.#clock.now()
    if (this.#waiting.size >= MOST_WAITING) void this.flush()
    else this.#stopWaiting ??= this.#clock.after(WAIT_MS, () => this.#flushIfQuiet())
  }

  /** The content of the file at a path, if it is still as a download left it; `stamp` is that of now. */
  rootAt(path: string, stamp: number): Root | undefined {
    const kept = this.#byPath.get(keyOf(path))
    return kept && kept.stamp === stamp ? rootOfBytes(kept.root) : undefined
  }

  /** Where a download put this content last; whoever reads it there looks whether it is still that. */
  pathOf(root: Root, size: number): string | undefined {
    if (size < WORTH_COPYING_BYTES) return undefined
    return this.#waitingRoots.get(root) ?? this.#notingRoots.get(root) ?? this.#byRoot.get(root)
  }

  /** What was said to be there is gone, or is something else. */
  async forget(root: Root, path: string): Promise<void> {
    if (this.#byRoot.get(root) !== path) return
    await this.#store.write(() => {
      this.#byRoot.remove(root)
      this.#byPath.remove(keyOf(path))
    })
  }

  /** Notes all that was placed so far. */
  flush(): Promise<void> {
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    const files = this.#waiting
    if (files.size === 0) return this.#noting
    this.#notingRoots = this.#waitingRoots
    this.#waiting = new Map()
    this.#waitingRoots = new Map()
    this.#noting = this.#noting
      .then(() => this.#note(files))
      .catch(error => this.#log.warn('what was placed could not be noted', { error: String(error) }))
    return this.#noting
  }

  #flushIfQuiet(): void {
    this.#stopWaiting = undefined
    const waitMs = this.#lastAddMs + WAIT_MS - this.#clock.now()
    if (waitMs > 0) this.#stopWaiting = this.#clock.after(waitMs, () => this.#flushIfQuiet())
    else void this.flush()
  }

  async #note(files: ReadonlyMap<string, Placed>): Promise<void> {
    const noted: { readonly path: string; readonly placed: Placed; readonly stamp: number }[] = []
    let seen = 0
    for (const [path, placed] of files) {
      const stamp = stampNow(path, placed)
      if (stamp !== undefined) noted.push({ path, placed, stamp })
      if (++seen % TURN_FILES === 0) await nextTurn()
    }
    for (let at = 0; at < noted.length; at += TURN_FILES) {
      await this.#store.write(() => {
        for (const { path, placed, stamp } of noted.slice(at, at + TURN_FILES)) {
          this.#byPath.put(keyOf(path), { stamp, root: Buffer.from(placed.root, 'hex') })
          if (placed.size >= WORTH_COPYING_BYTES) this.#byRoot.put(placed.root, path)
        }
      })
    }
  }
}

/** The stamp of a file that is still as it was placed. */
function stampNow(path: string, { size, mtime }: Placed): number | undefined {
  try {
    const seen = lstatSync(path, { throwIfNoEntry: false })
    if (!seen?.isFile() || seen.size !== size || Math.abs(seen.mtimeMs - mtime) > 1) return undefined
    return stampOf(seen)
  } catch {
    return undefined // what can't be looked at is not remembered
  }
}

/** No absolute path begins with '#'. */
function keyOf(path: string): string {
  if (Buffer.byteLength(path) <= KEY_BYTES) return path
  return `#${createHash('sha256').update(path).digest('hex')}`
}
