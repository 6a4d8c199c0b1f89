import { setMaxListeners } from 'node:events'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  type HashCache,
  type HashedFile,
  type Hasher,
  type SmallHash,
  stampOfFacts,
} from '../content/index.js'
import { hasCode, isPeerError } from '../errors/index.js'
import type { Logger } from '../log/index.js'
import type { ManifestTree, Root, UnhashedFile } from '../manifest/index.js'
import { HashOrder } from './hash-order.js'

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

/** How far a file is that is being hashed. */
interface Running {
  done: number
}

/** A file and its real path. */
interface Located {
  readonly file: UnhashedFile
  readonly real: string
}

/** A root that is found, to be published once it is remembered. */
interface Finding {
  readonly file: UnhashedFile
  readonly real: string
  readonly root: Root
  readonly layer?: Uint8Array
  readonly isNew: boolean
}

const RUNNING_FILES = 1024
const RUNNING_BYTES = 256 * 1024 * 1024
const PUBLISH_EVERY_MS = 100
/** Written to this shortly before it was read: by the system's clock, a later write may look the same. */
const FRESH_MS = 50
const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 60_000

/** Gives the manifest's files without a root to the hasher, some at a time, and publishes what comes back. */
export class HashQueue {
  readonly #options: HashQueueOptions
  readonly #closed = new AbortController()
  readonly #running = new Map<string, Running>()
  /** Files that wait to be tried again. */
  readonly #retries = new Map<string, NodeJS.Timeout>()
  /** How long each file waited last, until it is hashed. */
  readonly #waits = new Map<string, number>()
  readonly #tasks = new Set<Promise<void>>()
  readonly #order: HashOrder
  /** The real folders of those picked: to ask for each file's would take longer than to hash a small one. */
  #realFolders = new Map<string, Promise<string>>()
  #found = new Map<string, Finding>()
  #publishing: NodeJS.Timeout | undefined
  #runningBytes = 0
  #filesRead = 0

  constructor(options: HashQueueOptions) {
    this.#options = options
    this.#order = new HashOrder({
      tree: options.tree,
      busy: () => [...this.#running.keys(), ...this.#retries.keys(), ...this.#found.keys()],
      isBusy: path => this.#running.has(path) || this.#retries.has(path) || this.#found.has(path),
      onPick: () => {
        this.#realFolders = new Map()
      },
    })
    setMaxListeners(0, this.#closed.signal)
  }

  /** Files whose content was read, since the start. */
  get filesRead(): number {
    return this.#filesRead
  }

  /** To be called when the manifest has new files. */
  wake(): void {
    this.#order.wake()
    this.#feed()
  }

  /** Moves a file to the front, and tells how many of its bytes are done. */
  hurry(path: string): number {
    const running = this.#running.get(path)
    if (running) return running.done
    if (this.#retries.has(path)) return 0
    this.#order.hurry(path)
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
      const files = this.#order.next()
      if (files.length === 0) return
      const bytes = files.reduce((sum, { size }) => sum + size, 0)
      for (const { path } of files) this.#running.set(path, { done: 0 })
      this.#runningBytes += bytes
      const task = this.#hash(files).finally(() => {
        for (const { path } of files) this.#running.delete(path)
        this.#runningBytes -= bytes
        this.#tasks.delete(task)
        this.#feed()
      })
      this.#tasks.add(task)
    }
  }

  #hasRoom(): boolean {
    if (this.#running.size === 0 || (this.#order.hasUrgent && this.#running.size < 2 * RUNNING_FILES))
      return true
    return this.#running.size < RUNNING_FILES && this.#runningBytes < RUNNING_BYTES
  }

  async #hash(files: readonly UnhashedFile[]): Promise<void> {
    const started = Date.now()
    const unknown: Located[] = []
    for (const file of files) {
      try {
        const real = await this.#realPath(file.path)
        // A link within the import is kept by its own path; the stamp is that of the file.
        const root = this.#options.cache.find(real, file.stamp)
        if (root) this.#keep({ file, real, root, isNew: false })
        else unknown.push({ file, real })
      } catch (error) {
        this.#failed(file, error)
      }
    }
    if (unknown.length > 1) return this.#hashSmall(unknown, started)
    for (const located of unknown) await this.#hashOne(located, started)
  }

  /** `failure` is what came of it in a batch: it is read again only if it is a link. */
  async #hashOne({ file, real }: Located, started: number, failure?: unknown): Promise<void> {
    try {
      const hashed = failure ? await this.#readBehind(real, file, failure) : await this.#read(real, file)
      // What was too soon done to be told on the way.
      this.#options.onBytes(file.size - (this.#running.get(file.path)?.done ?? 0))
      if (stampOfFacts(hashed) !== file.stamp) return this.#stale(file)
      const { root, layer, ctimeNs } = hashed
      const ctimeMs = Number(ctimeNs / 1_000_000n)
      this.#hashed({ file, real }, { ctimeMs, ...(root && { root }) }, started, layer)
    } catch (error) {
      this.#failed(file, error)
    }
  }

  async #hashSmall(located: readonly Located[], started: number): Promise<void> {
    this.#filesRead += located.length
    let hashes: SmallHash[]
    try {
      const files = located.map(({ file: { size, stamp }, real }) => ({ path: real, size, stamp }))
      hashes = await this.#options.hasher.hashSmall(files, { signal: this.#closed.signal, isPaced: true })
    } catch (error) {
      for (const { file } of located) this.#failed(file, error)
      return
    }
    for (const [i, item] of located.entries()) {
      const hash = hashes[i]
      if (hash && !isPeerError(hash)) {
        this.#options.onBytes(item.file.size)
        this.#hashed(item, hash, started)
      } else if (hasCode(hash, 'UNREADABLE')) await this.#hashOne(item, started, hash)
      else this.#failed(item.file, hash)
    }
  }

  #hashed(
    { file, real }: Located,
    { root, ctimeMs }: { readonly root?: Root; readonly ctimeMs: number },
    started: number,
    layer?: Uint8Array,
  ): void {
    if (!root || Math.abs(started - ctimeMs) < FRESH_MS) this.#retry(file)
    else this.#keep({ file, real, root, ...(layer && { layer }), isNew: true })
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
      return this.#readBehind(path, file, error)
    }
  }

  /** It may be a link within its import. */
  async #readBehind(path: string, file: UnhashedFile, failure: unknown): Promise<HashedFile> {
    const real = await realpath(path)
    if (real === path) throw failure
    return this.#hashAt(real, file)
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
      if (this.#options.tree().unhashedAt(path)) this.hurry(path)
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
