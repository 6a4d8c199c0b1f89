import { setMaxListeners } from 'node:events'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type HashCache, type HashedFile, type Hasher, stampOfFacts } from '../content/index.js'
import { hasCode, isPeerError } from '../errors/index.js'
import type { Logger } from '../log/index.js'
import type { ManifestTree, Root, UnhashedFile } from '../manifest/index.js'

export interface HashQueueOptions {
  readonly hasher: Hasher
  readonly cache: HashCache
  readonly log: Logger
  /** The manifest as it is now. */
  tree(): ManifestTree
  /** Where a path of the share is on this computer, links and all. */
  localPath(path: string): string
  /** This file is not what the manifest says: its folder is to be scanned. */
  onStale(path: string): void
  onProgress(): void
  /** So much more was read. */
  onBytes(bytes: number): void
}

/** A file that is being hashed. */
interface Running {
  readonly file: UnhashedFile
  done: number
}

/** A root that is found, to be published once it is remembered. */
interface Finding {
  readonly file: UnhashedFile
  readonly real: string
  readonly root: Root
  readonly layer?: Uint8Array
  readonly isNew: boolean
}

const RUNNING_FILES = 512
const RUNNING_BYTES = 256 * 1024 * 1024
/** To pick means to look at every file of the manifest. */
const PICKED_AT_ONCE = 16_384
/** New files wait so long to be put in order with those picked before. */
const PICKED_FOR_MS = 500
const PUBLISH_EVERY_MS = 100
/** Written to this shortly before it was read: by the system's clock, a later write may look the same. */
const FRESH_MS = 50
const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 60_000

/**
 * Newest and smallest first, so that a share is useful at once: each doubling of size or age counts the same. Whole
 * steps, so that most files of a folder come one after the other, which is much faster for the database.
 */
export function hashScore(nowMs: number): (sizeBytes: number, mtime: number) => number {
  return (sizeBytes, mtime) =>
    Math.floor(Math.log2(sizeBytes + 1) + Math.log2(Math.max(0, nowMs - mtime) / 1000 + 1))
}

/** Gives the manifest's files without a root to the hasher, some at a time, and publishes what comes back. */
export class HashQueue {
  readonly #options: HashQueueOptions
  readonly #closed = new AbortController()
  readonly #running = new Map<string, Running>()
  /** Files that wait to be tried again. */
  readonly #retries = new Map<string, NodeJS.Timeout>()
  /** How long each file waited last, until it is hashed. */
  readonly #waits = new Map<string, number>()
  readonly #urgent = new Set<string>()
  readonly #tasks = new Set<Promise<void>>()
  #picked: UnhashedFile[] = []
  #pickedAt = 0
  /** Nothing is left to pick until the manifest has new files. */
  #allPicked = false
  /** The real folders of those picked: to ask for each file's would take longer than to hash a small one. */
  #realFolders = new Map<string, Promise<string>>()
  #found = new Map<string, Finding>()
  #publishing: NodeJS.Timeout | undefined
  #runningBytes = 0
  #filesRead = 0

  constructor(options: HashQueueOptions) {
    this.#options = options
    setMaxListeners(0, this.#closed.signal)
  }

  /** Files whose content was read, since the start. */
  get filesRead(): number {
    return this.#filesRead
  }

  /** To be called when the manifest has new files. */
  wake(): void {
    this.#allPicked = false
    if (performance.now() - this.#pickedAt > PICKED_FOR_MS) this.#picked = []
    this.#feed()
  }

  /** Moves a file to the front, and tells how many of its bytes are done. */
  hurry(path: string): number {
    const running = this.#running.get(path)
    if (running) return running.done
    if (this.#retries.has(path)) return 0
    this.#urgent.add(path)
    this.#feed()
    return this.#running.get(path)?.done ?? 0
  }

  async close(): Promise<void> {
    this.#closed.abort()
    for (const timer of this.#retries.values()) clearTimeout(timer)
    clearTimeout(this.#publishing)
    await Promise.allSettled(this.#tasks)
    clearTimeout(this.#publishing)
    await this.#publish()
  }

  #feed(): void {
    while (!this.#closed.signal.aborted && this.#hasRoom()) {
      const file = this.#next()
      if (!file) return
      this.#running.set(file.path, { file, done: 0 })
      this.#runningBytes += file.size
      const task = this.#hash(file).finally(() => {
        this.#running.delete(file.path)
        this.#runningBytes -= file.size
        this.#tasks.delete(task)
        this.#feed()
      })
      this.#tasks.add(task)
    }
  }

  #hasRoom(): boolean {
    if (this.#running.size === 0 || (this.#urgent.size > 0 && this.#running.size < 2 * RUNNING_FILES))
      return true
    return this.#running.size < RUNNING_FILES && this.#runningBytes < RUNNING_BYTES
  }

  #next(): UnhashedFile | undefined {
    for (const path of this.#urgent) {
      this.#urgent.delete(path)
      const file = this.#wanted(path)
      if (file) return file
    }
    for (;;) {
      if (this.#picked.length === 0 && !this.#allPicked) this.#picked = this.#pick()
      const picked = this.#picked.pop()
      if (!picked) return undefined
      const file = this.#wanted(picked.path)
      if (file && !this.#retries.has(file.path)) return file
    }
  }

  #pick(): UnhashedFile[] {
    this.#pickedAt = performance.now()
    this.#realFolders = new Map()
    const skip = new Set([...this.#running.keys(), ...this.#retries.keys(), ...this.#found.keys()])
    const picked = this.#options.tree().unhashed(PICKED_AT_ONCE, hashScore(Date.now()), skip)
    this.#allPicked = picked.length < PICKED_AT_ONCE
    return picked.reverse()
  }

  /** The file as it is listed now, if it is still to be hashed. */
  #wanted(path: string): UnhashedFile | undefined {
    if (this.#running.has(path) || this.#found.has(path)) return undefined
    return this.#options.tree().unhashedAt(path)
  }

  async #hash(file: UnhashedFile): Promise<void> {
    const started = Date.now()
    try {
      const real = await this.#realPath(file.path)
      // A link within the import is kept by its own path; the stamp is that of the file.
      const known = this.#options.cache.find(real, file.stamp)
      if (known) return this.#keep({ file, real, root: known, isNew: false })
      const hashed = await this.#read(real, file)
      // What was too soon done to be told on the way.
      this.#options.onBytes(file.size - (this.#running.get(file.path)?.done ?? 0))
      if (!hashed.root) return this.#retry(file)
      const changedAt = Number(hashed.ctimeNs / 1_000_000n)
      if (Math.abs(started - changedAt) < FRESH_MS) return this.#retry(file)
      if (stampOfFacts(hashed) !== file.stamp) return this.#stale(file)
      this.#keep({ file, real, root: hashed.root, ...(hashed.layer && { layer: hashed.layer }), isNew: true })
    } catch (error) {
      this.#failed(file, error)
    }
  }

  /** The path without links, but for a link at its end. */
  async #realPath(path: string): Promise<string> {
    const local = this.#options.localPath(path)
    if (!path.includes('/')) return realpath(local)
    const folder = dirname(local)
    let real = this.#realFolders.get(folder)
    if (!real) {
      real = realpath(folder)
      this.#realFolders.set(folder, real)
    }
    return join(await real, basename(local))
  }

  async #read(path: string, file: UnhashedFile): Promise<HashedFile> {
    this.#filesRead += 1
    try {
      return await this.#hashAt(path, file)
    } catch (error) {
      if (!hasCode(error, 'UNREADABLE')) throw error
      const real = await realpath(path)
      if (real === path) throw error
      return this.#hashAt(real, file)
    }
  }

  #hashAt(path: string, file: UnhashedFile): Promise<HashedFile> {
    return this.#options.hasher.hash(path, {
      signal: this.#closed.signal,
      expect: { size: file.size, stamp: file.stamp },
      isPaced: true,
      onProgress: bytes => {
        const running = this.#running.get(file.path)
        this.#options.onBytes(bytes - (running?.done ?? 0))
        if (running) running.done = bytes
      },
    })
  }

  #failed(file: UnhashedFile, error: unknown): void {
    if (this.#closed.signal.aborted) return
    if (hasCode(error, 'UNREADABLE')) {
      this.#options.tree().setReason(file.path, file.stamp, 'unreadable')
    } else if (!isPeerError(error) || hasCode(error, 'FILE_CHANGED') || hasCode(error, 'NOT_FOUND')) {
      this.#stale(file)
    } else {
      this.#options.log.warn('a file could not be hashed', { code: error.code })
      this.#retry(file)
    }
  }

  #stale(file: UnhashedFile): void {
    this.#options.onStale(file.path)
    this.#retry(file)
  }

  /** Later, and later each time: a file that is being written is read when it rests. */
  #retry({ path }: UnhashedFile): void {
    const last = this.#waits.get(path)
    const waitMs = last ? Math.min(2 * last, LAST_RETRY_MS) : FIRST_RETRY_MS
    this.#waits.set(path, waitMs)
    clearTimeout(this.#retries.get(path))
    const timer = setTimeout(() => {
      this.#retries.delete(path)
      if (this.#wanted(path)) this.hurry(path)
      else this.#waits.delete(path)
    }, waitMs)
    this.#retries.set(path, timer)
  }

  #keep(finding: Finding): void {
    this.#waits.delete(finding.file.path)
    this.#found.set(finding.file.path, finding)
    this.#publishing ??= setTimeout(() => void this.#publish(), PUBLISH_EVERY_MS)
  }

  /** Remembers first, so that a layer is there before its root is told. */
  async #publish(): Promise<void> {
    this.#publishing = undefined
    const found = [...this.#found.values()]
    if (found.length === 0) return
    try {
      const unknown = found.filter(finding => finding.isNew)
      await this.#options.cache.remember(
        unknown.map(({ file, real, root, layer }) => ({
          path: real,
          stamp: file.stamp,
          root,
          ...(layer && { layer }),
        })),
      )
    } catch (error) {
      this.#options.log.error('hashes could not be stored', { cause: String(error) })
    }
    for (const { file, root } of found) {
      if (!this.#options.tree().setRoot(file.path, file.stamp, root)) this.#options.onStale(file.path)
    }
    for (const { file } of found) this.#found.delete(file.path)
    this.#options.onProgress()
    this.#feed()
  }
}
