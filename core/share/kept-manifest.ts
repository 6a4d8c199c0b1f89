import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ChangeBlock, ManifestTree, type ShareVersion } from '../manifest/index.js'
import type { Store, Table } from '../store/index.js'
import { type BlockRange, blocksToRewrite } from './manifest-blocks.js'

/** Some 300 KB, which are decoded in few ms. */
const BLOCK_LINES = 4096
/** For entries that come soon after a start. */
const ROOM = 1024
const FLUSH_AFTER_MS = 50
const RETRY_AFTER_MS = 5000
/** Deletions are remembered until there are this many, and more of them than entries. */
const TOMBSTONES_KEPT = 10_000

/**
 * A manifest and its copy in the database: its change log in blocks, each by the n of its first line. A write takes
 * all changes made until then, so that a crash at any moment leaves a manifest of the past. Only what is written is
 * told to others: a version is never given to two states.
 */
export class KeptManifest {
  tree: ManifestTree
  readonly #options: KeptManifestOptions
  readonly #tables: Tables
  /** On disk, in order. */
  #blocks: BlockRange[]
  #writtenN: number
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #closed = false

  private constructor(options: KeptManifestOptions, tree: ManifestTree, blocks: BlockRange[]) {
    this.tree = tree
    this.#options = options
    this.#tables = tablesOf(options.store)
    this.#blocks = blocks
    this.#writtenN = tree.version.n
    tree.onChanged(() => this.#changed())
  }

  /** Reads the manifest, or begins one. */
  static async open(options: KeptManifestOptions): Promise<KeptManifest> {
    const { versions, blocks } = tablesOf(options.store)
    const version = versions.get(VERSION) ?? { epoch: newEpoch(), n: 0, entries: 0 }
    await options.store.write(() => versions.put(VERSION, version))
    for (const name of OUTDATED_TABLES) await options.store.drop(name)
    const tree = new ManifestTree(version.epoch)
    tree.reserve(version.entries + ROOM)
    const read = await readBlocks(blocks, tree)
    tree.advanceTo(version.n)
    const kept = new KeptManifest(options, tree, read)
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
    const wanted = this.tree.version.n
    while (this.#writtenN < wanted && !this.#closed) {
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined
      })
      await this.#writing
    }
    await this.#writing
  }

  async close(): Promise<void> {
    await this.flush().catch(this.#options.onFailed)
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #changed(): void {
    if (this.#closed) return
    this.#timer ??= setTimeout(() => this.#flushOrRetry(), FLUSH_AFTER_MS)
  }

  async #flushOrRetry(): Promise<void> {
    try {
      await this.flush()
    } catch (error) {
      this.#options.onFailed(error)
      if (!this.#closed) this.#timer ??= setTimeout(() => this.#flushOrRetry(), RETRY_AFTER_MS)
    }
  }

  async #write(): Promise<void> {
    let blocks = this.#blocks
    let written = this.#writtenN
    await this.#options.store.write(() => {
      // All of it is packed here, from one state of the tree.
      const { version } = this.tree
      blocks = this.#putBlocks(version.n)
      this.#tables.versions.put(VERSION, { ...version, entries: this.tree.size })
      written = version.n
    })
    this.#blocks = blocks
    this.#writtenN = written
    this.#options.onWritten()
  }

  /** Writes what is new, and packs what became sparse; gives the blocks that are then on disk. */
  #putBlocks(upTo: number): BlockRange[] {
    const blocks = [...this.#blocks]
    const { tree } = this
    const live = tree.size + tree.tombstones
    const state = {
      blocks: this.#blocks,
      live,
      newLines: tree.countChanges(this.#writtenN, upTo),
      blockLines: BLOCK_LINES,
      countLive: ({ first, last }: BlockRange) => tree.countChanges(first - 1, last),
    }
    // From the last on, so that the places of those before stay.
    for (const { from, to } of blocksToRewrite(state)) {
      const old = blocks.slice(from, to)
      for (const { first } of old) this.#tables.blocks.remove(first)
      const before = from === 0 ? 0 : (blocks[from - 1]?.last ?? 0)
      const last = to === blocks.length ? upTo : (blocks[to - 1]?.last ?? 0)
      blocks.splice(from, to - from, ...this.#put(tree.pack(before, last, BLOCK_LINES)))
    }
    return blocks
  }

  #put(packed: Iterable<ChangeBlock>): BlockRange[] {
    const blocks: BlockRange[] = []
    for (const { first, last, lines, bytes } of packed) {
      this.#tables.blocks.put(first, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      blocks.push({ first, last, lines })
    }
    return blocks
  }

  /** Numbers the entries anew under a new epoch. */
  async #startAnew(): Promise<void> {
    const tree = this.tree.startAnew(newEpoch())
    let blocks: BlockRange[] = []
    await this.#options.store.write(() => {
      for (const { first } of this.#blocks) this.#tables.blocks.remove(first)
      blocks = this.#put(tree.pack(0, tree.version.n, BLOCK_LINES))
      this.#tables.versions.put(VERSION, { ...tree.version, entries: tree.size })
    })
    this.tree = tree
    this.#blocks = blocks
    this.#writtenN = tree.version.n
    tree.onChanged(() => this.#changed())
  }
}

export interface KeptManifestOptions {
  readonly store: Store
  /** Called after each write. */
  onWritten(): void
  /** A write failed; it is tried again with the next change. */
  onFailed(error: unknown): void
}

interface KeptVersion extends ShareVersion {
  /** How many entries there are, so that room is made for them at once. */
  readonly entries: number
}

interface Tables {
  readonly versions: Table<KeptVersion>
  readonly blocks: Table<Buffer>
}

const VERSION = 'version'
/** Where the manifest was kept before it was kept in blocks. Hashes are cached, so it is made anew without reading files. */
const OUTDATED_TABLES = ['manifest', 'share']

function tablesOf(store: Store): Tables {
  return { versions: store.table('manifest-version'), blocks: store.table('manifest-blocks') }
}

function newEpoch(): string {
  return randomBytes(16).toString('hex')
}

async function readBlocks(table: Table<Buffer>, tree: ManifestTree): Promise<BlockRange[]> {
  const blocks: BlockRange[] = []
  for (let start = 0; ; ) {
    const [next] = table.range({ start, limit: 1 })
    if (!next) return blocks
    const { first, last, lines } = tree.applyPacked(next.value)
    blocks.push({ first, last, lines })
    start = last + 1
    await nextTurn()
  }
}
