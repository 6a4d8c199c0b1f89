import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type EntryReason,
  type KeptChange,
  ManifestTree,
  type Root,
  rootOfBytes,
  type ShareVersion,
  type Visibility,
} from '../manifest/index.js'
import type { Store, Table } from '../store/index.js'

/** A change in few bytes, for there may be a million: fields by place. */
type Packed =
  | readonly [
      'f',
      path: string,
      mtime: number,
      Visibility,
      size: number,
      root: Buffer | null,
      EntryReason | null,
      stamp: number,
      /** Left out where it is false. */
      exec?: boolean,
    ]
  | readonly ['d', path: string, mtime: number, Visibility, EntryReason | null]
  | readonly ['x', path: string, open: boolean]

const READ_AT_ONCE = 1000
const WRITTEN_AT_ONCE = 500
const FLUSH_AFTER_MS = 50
const RETRY_AFTER_MS = 5000
/** Deletions are remembered until there are this many, and more of them than entries. */
const TOMBSTONES_KEPT = 10_000

/**
 * A manifest and its copy in the database: one record a change, by epoch and n. Changes are written in the
 * order they were made, so that a crash at any moment leaves a manifest of the past. Only what is written
 * is told to others: a version is never given to two states.
 */
export class KeptManifest {
  tree: ManifestTree
  readonly #store: Store
  readonly #records: Table<Packed>
  readonly #versions: Table<ShareVersion>
  readonly #onWritten: () => void
  readonly #onFailed: (error: unknown) => void
  #pending: { readonly n: number; readonly change?: KeptChange }[] = []
  #writtenN: number
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #closed = false

  private constructor(options: KeptManifestOptions, tree: ManifestTree) {
    this.tree = tree
    this.#store = options.store
    this.#records = options.store.table<Packed>('manifest')
    this.#versions = options.store.table<ShareVersion>('share')
    this.#onWritten = options.onWritten
    this.#onFailed = options.onFailed
    this.#writtenN = tree.version.n
    tree.keepIn({
      keep: change => this.#note({ n: change.n, change }),
      drop: n => this.#note({ n }),
    })
  }

  /** Reads the manifest, or begins one. */
  static async open(options: KeptManifestOptions): Promise<KeptManifest> {
    const versions = options.store.table<ShareVersion>('share')
    const version = versions.get(VERSION) ?? { epoch: newEpoch(), n: 0 }
    await options.store.write(() => versions.put(VERSION, version))
    const tree = await readTree(options.store, version)
    const kept = new KeptManifest(options, tree)
    if (tree.tombstones > Math.max(TOMBSTONES_KEPT, tree.size)) await kept.#startAnew()
    return kept
  }

  /** What others may be told: what is on disk. */
  get version(): ShareVersion {
    return { epoch: this.tree.version.epoch, n: this.#writtenN }
  }

  /** Writes all that was changed until now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#pending.length > 0 && !this.#closed) {
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined
      })
      await this.#writing
    }
    await this.#writing
  }

  async close(): Promise<void> {
    await this.flush().catch(this.#onFailed)
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #note(step: { readonly n: number; readonly change?: KeptChange }): void {
    this.#pending.push(step)
    if (this.#closed) return
    this.#timer ??= setTimeout(() => this.#flushOrRetry(), FLUSH_AFTER_MS)
  }

  async #flushOrRetry(): Promise<void> {
    try {
      await this.flush()
    } catch (error) {
      this.#onFailed(error)
      if (!this.#closed) this.#timer ??= setTimeout(() => this.#flushOrRetry(), RETRY_AFTER_MS)
    }
  }

  async #write(): Promise<void> {
    const steps = this.#pending.slice(0, WRITTEN_AT_ONCE)
    const { epoch } = this.tree.version
    const n = steps.reduce((last, step) => (step.change ? Math.max(last, step.n) : last), this.#writtenN)
    await this.#store.write(() => {
      for (const { n, change } of steps) {
        if (change) this.#records.put([epoch, n], pack(change))
        else this.#records.remove([epoch, n])
      }
      this.#versions.put(VERSION, { epoch, n })
    })
    this.#pending = this.#pending.slice(steps.length)
    this.#writtenN = n
    this.#onWritten()
  }

  /** Numbers the entries anew under a new epoch; the old records go when the new ones are all there. */
  async #startAnew(): Promise<void> {
    const epoch = newEpoch()
    const changes: KeptChange[] = []
    const tree = this.tree.startAnew(epoch, { keep: change => changes.push(change), drop() {} })
    for (let i = 0; i < changes.length; i += WRITTEN_AT_ONCE) {
      const part = changes.slice(i, i + WRITTEN_AT_ONCE)
      await this.#store.write(() => {
        for (const change of part) this.#records.put([epoch, change.n], pack(change))
      })
    }
    await this.#store.write(() => this.#versions.put(VERSION, tree.version))
    tree.keepIn({ keep: change => this.#note({ n: change.n, change }), drop: n => this.#note({ n }) })
    this.tree = tree
    this.#pending = []
    this.#writtenN = tree.version.n
  }
}

export interface KeptManifestOptions {
  readonly store: Store
  /** Called after each write. */
  onWritten(): void
  /** A write failed; it is tried again with the next change. */
  onFailed(error: unknown): void
}

const VERSION = 'version'

function newEpoch(): string {
  return randomBytes(16).toString('hex')
}

async function readTree(store: Store, version: ShareVersion): Promise<ManifestTree> {
  const records = store.table<Packed>('manifest')
  const tree = new ManifestTree(version.epoch)
  const outdated: [string, number][] = []
  let start: [string, number] | undefined
  for (;;) {
    const part = [...records.range({ ...(start && { start }), limit: READ_AT_ONCE })]
    for (const { key, value } of part) {
      const [epoch, n] = key as [string, number]
      start = [epoch, n + 1]
      if (epoch === version.epoch) tree.apply(unpack(n, value))
      else outdated.push([epoch, n])
    }
    if (part.length < READ_AT_ONCE) break
    await nextTurn()
  }
  tree.advanceTo(version.n)
  // Left behind by a crash while an epoch ended.
  await store.write(() => {
    for (const key of outdated) records.remove(key)
  })
  return tree
}

function pack(change: KeptChange): Packed {
  if (change.op === 'delete') return ['x', change.path, change.open ?? true]
  const { entry, stamp = 0 } = change
  const { path, mtime, visibility, reason = null } = entry
  if (entry.type === 'folder') return ['d', path, mtime, visibility, reason]
  const root = entry.root ? Buffer.from(entry.root, 'hex') : null
  const facts = ['f', path, mtime, visibility, entry.size, root, reason, stamp] as const
  return entry.exec ? [...facts, true] : facts
}

function unpack(n: number, packed: Packed): KeptChange {
  switch (packed[0]) {
    case 'x':
      return { n, op: 'delete', path: packed[1], open: packed[2] }
    case 'd': {
      const [, path, mtime, visibility, reason] = packed
      return { n, op: 'put', entry: { type: 'folder', path, mtime, visibility, ...(reason && { reason }) } }
    }
    case 'f': {
      const [, path, mtime, visibility, size, bytes, reason, stamp, exec] = packed
      const root: Root | undefined = bytes ? rootOfBytes(bytes) : undefined
      const facts = { path, size, mtime, visibility, ...(root && { root }), ...(reason && { reason }) }
      return { n, op: 'put', entry: { type: 'file', ...facts, ...(exec && { exec }) }, stamp }
    }
  }
}
