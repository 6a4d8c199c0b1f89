import { PeerError } from '../core/errors/index.js'
import type { PeerId } from '../core/identity/index.js'
import type { Logger } from '../core/log/index.js'
import type { ShareVersion } from '../core/manifest/index.js'
import { createSearchIndex, type SearchIndex } from '../core/search/index.js'
import type { RequestBody } from '../core/wire/index.js'
import { type Person, storedOf } from './people.js'
import { ShareDocuments } from './share-documents.js'
import { inSlices } from './steps.js'
import type { RegistryStore } from './store/registry-store.js'

type Delta = RequestBody<'SHARE_DATA'>

/** What the shares of a registry need. */
export interface SharesOptions {
  readonly store: RegistryStore
  readonly log: Logger
  /** The person whose shares these are; undefined for documents of someone unknown. */
  readonly personOf: (id: PeerId) => Person | undefined
  /** A person's counts have changed. */
  readonly onChange: (person: Person) => void
  /** The time of one search, ms. */
  readonly budgetMs?: number
}

/** Entries taken over between two looks at the clock. */
const CHANGES_A_STEP = 50

/** The open entries of all people: in memory for searching and listing, in the store to outlive the process. */
export class Shares {
  readonly index: SearchIndex
  /** Resolves when all that was stored is in the index. */
  readonly loaded: Promise<void>
  readonly #options: SharesOptions
  readonly #documents: ShareDocuments
  readonly #queues = new Map<PeerId, Promise<unknown>>()
  #complete = false
  #closed = false

  constructor(options: SharesOptions) {
    const { store, budgetMs, log } = options
    this.#options = options
    this.index = createSearchIndex({ seed: store.seed, ...(budgetMs === undefined ? {} : { budgetMs }) })
    this.#documents = new ShareDocuments(this.index)
    this.loaded = this.#load()
    this.loaded.catch(error => log.error('the shares could not be loaded', { error: String(error) }))
  }

  /** Whether the index holds all that was stored. */
  get complete(): boolean {
    return this.#complete
  }

  /** Takes a delta, after all earlier ones of this person; gives the version then held. */
  apply(person: Person, delta: Delta): Promise<ShareVersion | undefined> {
    return this.#inOrder(person.id, async () => {
      await this.loaded
      if (this.#closed) throw new PeerError('CLOSED', 'The registry is closing.')
      return this.#take(person, delta)
    })
  }

  /** Removes all of one who is forgotten. */
  forget(id: PeerId): Promise<void> {
    return this.#inOrder(id, async () => {
      await this.loaded
      await this.#remove(id)
    })
  }

  /** Waits for what is under way and takes no more. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([this.loaded, ...this.#queues.values()])
  }

  #inOrder<T>(id: PeerId, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(id) ?? Promise.resolve()
    const done = before.then(work, work)
    const settled = done.then(
      () => {},
      () => {}, // told to whoever asked for it
    )
    this.#queues.set(id, settled)
    void settled.then(() => {
      if (this.#queues.get(id) === settled) this.#queues.delete(id)
    })
    return done
  }

  async #take(person: Person, delta: Delta): Promise<ShareVersion | undefined> {
    checkOrder(delta)
    const have = person.version
    if (delta.base === 0) await this.#startOver(person)
    else if (have?.epoch !== delta.epoch || have.n !== delta.base) return have
    await inSlices(this.#applying(person.id, delta))
    await this.#write(person.id, delta.to)
    await this.#record(person, { epoch: delta.epoch, n: delta.to })
    this.#options.onChange(person)
    return person.version
  }

  /** First the record that a version is held goes, then what it stood for. */
  async #startOver(person: Person): Promise<void> {
    const empty = this.index.rowOf(person.id, '') < 0
    if (person.version) await this.#record(person, undefined)
    if (!empty) await this.#remove(person.id)
  }

  async #remove(id: PeerId): Promise<void> {
    await inSlices(this.#documents.removing(id, ''))
    await this.#write(id, 0)
  }

  *#applying(owner: PeerId, { changes }: Delta): Generator<void> {
    let steps = 0
    for (const change of changes) {
      if (change.op === 'put') this.#documents.put(owner, change.entry)
      else yield* this.#documents.removing(owner, change.path)
      if (++steps % CHANGES_A_STEP === 0) yield
    }
  }

  async #write(owner: PeerId, n: number): Promise<void> {
    const write = await inSlices(this.#documents.changes(owner, n))
    if (write.put.length + write.remove.length > 0) await this.#options.store.writeShare(write)
    this.#documents.written(owner)
  }

  async #record(person: Person, version: ShareVersion | undefined): Promise<void> {
    const counts = this.index.counts(person.id)
    await this.#options.store.putPerson(storedOf({ ...person, ...counts, version }))
    Object.assign(person, counts, { version })
  }

  async #load(): Promise<void> {
    const { store, log } = this.#options
    const began = performance.now()
    const strangers = new Set<PeerId>()
    for (;;) {
      const documents = await store.nextDocuments()
      if (documents.length === 0 || this.#closed) break
      for (const { owner } of documents) if (!this.#options.personOf(owner)) strangers.add(owner)
      await inSlices(this.#loading(documents))
    }
    if (this.#closed) return
    for (const owner of this.#documents.loaded()) await this.#write(owner, 0)
    for (const owner of strangers) await this.#remove(owner)
    this.#complete = true
    const seconds = (performance.now() - began) / 1000
    log.info('the shares are loaded', { entries: this.index.size, seconds: Number(seconds.toFixed(1)) })
  }

  *#loading(documents: Awaited<ReturnType<RegistryStore['nextDocuments']>>): Generator<void> {
    for (const document of documents) {
      this.#documents.load(document)
      yield
    }
  }
}

function checkOrder({ base, to, changes }: Delta): void {
  let last = base
  for (const { n } of changes) {
    if (n <= last || n > to) throw new PeerError('BAD_INPUT', 'The changes of a share are out of order.')
    last = n
  }
  if (to < base) throw new PeerError('BAD_INPUT', 'A share went back in time.')
}
