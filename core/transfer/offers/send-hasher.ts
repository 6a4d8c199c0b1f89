import { setMaxListeners } from 'node:events'
import { lstat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type CachedHash,
  factsOfStat,
  type HashCache,
  type HashedFile,
  type Hasher,
  stampOfFacts,
} from '../../content/index.js'
import { PeerError } from '../../errors/index.js'
import type { Logger } from '../../log/index.js'
import type { OfferStore, SentEntry, SentHash } from './offer-store.js'
import type { SentFiles } from './sent-files.js'

/** What reading the content of sent files needs. */
export interface SendHasherOptions {
  readonly hasher: Hasher
  readonly cache: HashCache
  readonly store: OfferStore
  readonly log: Logger
}

const RUNNING_FILES = 128
const RUNNING_BYTES = 256 * 1024 * 1024
const NOTE_EVERY_MS = 50
/** Written to this shortly before it was read: by the system's clock, a later write may look the same. */
const FRESH_MS = 50

interface Job {
  readonly files: SentFiles
  readonly index: number
  readonly entry: SentEntry
}

/** Reads what is offered while consent is awaited, in order; what someone asks for comes first. */
export class SendHasher {
  readonly #options: SendHasherOptions
  readonly #closed = new AbortController()
  /** Sends with files that may still be unhashed, and where to go on in each. */
  readonly #queue = new Map<SentFiles, number>()
  readonly #urgent: Job[] = []
  readonly #running = new Map<string, { done: number }>()
  readonly #tasks = new Set<Promise<void>>()
  #runningBytes = 0

  constructor(options: SendHasherOptions) {
    this.#options = options
    setMaxListeners(0, this.#closed.signal)
  }

  add(files: SentFiles): void {
    if (!this.#queue.has(files)) this.#queue.set(files, 0)
    this.#feed()
  }

  /** Nobody waits for the rest of it. */
  drop(files: SentFiles): void {
    files.isGone = true
    this.#queue.delete(files)
  }

  /** Moves a file to the front; gives how many of its bytes are read. */
  hurry(files: SentFiles, index: number): number {
    const running = this.#running.get(keyOf(files, index))
    if (running) return running.done
    const entry = files.entries[index]
    if (entry && !this.#urgent.some(job => job.files === files && job.index === index)) {
      this.#urgent.push({ files, index, entry })
      this.#feed()
    }
    return 0
  }

  async close(): Promise<void> {
    this.#closed.abort(new PeerError('CLOSED', 'The peer is closing.'))
    await Promise.allSettled(this.#tasks)
  }

  #feed(): void {
    while (!this.#closed.signal.aborted && this.#running.size < RUNNING_FILES) {
      if (this.#runningBytes >= RUNNING_BYTES) return
      const job = this.#next()
      if (!job) return
      this.#start(job)
    }
  }

  #next(): Job | undefined {
    for (let job = this.#urgent.shift(); job; job = this.#urgent.shift()) if (this.#isOpen(job)) return job
    for (const [files, from] of this.#queue) {
      for (let index = from; index < files.entries.length; index++) {
        const entry = files.entries[index]
        if (!entry || !this.#isOpen({ files, index })) continue
        this.#queue.set(files, index + 1)
        return { files, index, entry }
      }
      this.#queue.delete(files)
    }
    return undefined
  }

  #isOpen({ files, index }: Pick<Job, 'files' | 'index'>): boolean {
    return files.isUnhashed(index) && !this.#running.has(keyOf(files, index))
  }

  #start(job: Job): void {
    const key = keyOf(job.files, job.index)
    this.#running.set(key, { done: 0 })
    this.#runningBytes += job.entry.size
    const task = this.#hash(job)
      .catch(error => {
        if (this.#closed.signal.aborted) return
        this.#options.log.warn('a file that is offered can’t be sent', { cause: String(error) })
        job.files.lose(job.index)
      })
      .finally(() => {
        this.#running.delete(key)
        this.#runningBytes -= job.entry.size
        this.#tasks.delete(task)
        this.#feed()
      })
    this.#tasks.add(task)
  }

  async #hash(job: Job): Promise<void> {
    const { entry } = job
    const facts = factsOfStat(await lstat(entry.local, { bigint: true }))
    const known = this.#options.cache.find(entry.local, stampOfFacts(facts))
    if (known && facts.size === entry.size) return this.#keep(job, { ...facts, root: known })
    let started = Date.now()
    let hashed = await this.#read(job)
    while (Math.abs(started - Number(hashed.ctimeNs / 1_000_000n)) < FRESH_MS) {
      await delay(FRESH_MS, undefined, { signal: this.#closed.signal })
      started = Date.now()
      hashed = await this.#read(job)
    }
    await this.#keep(job, hashed, true)
  }

  #read({ files, index, entry }: Job): Promise<HashedFile> {
    return this.#options.hasher.hash(entry.local, {
      signal: this.#closed.signal,
      expect: { size: entry.size },
      onProgress: bytes => {
        const running = this.#running.get(keyOf(files, index))
        if (running) running.done = bytes
      },
    })
  }

  /** Remembers first, so that a layer is there before its root is told. */
  async #keep(job: Job, hashed: HashedFile, isNew = false): Promise<void> {
    const { root, layer, dev, ino, mtimeNs } = hashed
    if (!root) throw new PeerError('FILE_CHANGED', `${job.entry.local} is empty now.`)
    const cached: CachedHash | undefined = isNew
      ? { path: job.entry.local, stamp: stampOfFacts(hashed), root, ...(layer && { layer }) }
      : undefined
    await this.#note(job, { root, dev: `${dev}`, ino: `${ino}`, mtimeNs: `${mtimeNs}` }, cached)
  }

  #notes: { readonly job: Job; readonly hash: SentHash; readonly cached: CachedHash | undefined }[] = []
  #noting: Promise<void> | undefined

  /** Some at a time: a commit for each small file would take longer than to read it. */
  #note(job: Job, hash: SentHash, cached: CachedHash | undefined): Promise<void> {
    this.#notes.push({ job, hash, cached })
    this.#noting ??= delay(NOTE_EVERY_MS).then(() => this.#write())
    return this.#noting
  }

  async #write(): Promise<void> {
    const notes = this.#notes
    this.#notes = []
    this.#noting = undefined
    const { cache, store } = this.#options
    await cache.remember(notes.flatMap(({ cached }) => cached ?? []))
    const sends = new Map<SentFiles, Map<number, SentHash>>()
    for (const { job, hash } of notes) {
      if (job.files.isGone) continue
      const hashes = sends.get(job.files) ?? new Map<number, SentHash>()
      sends.set(job.files, hashes.set(job.index, hash))
    }
    for (const [files, hashes] of sends) {
      await store.putHashes(files.record.id, hashes)
      for (const [index, hash] of hashes) files.setHash(index, hash)
    }
  }
}

function keyOf(files: SentFiles, index: number): string {
  return `${files.record.id} ${index}`
}
