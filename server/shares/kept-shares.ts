import { PeerError } from '../../core/errors/index.js'
import type { PeerId } from '../../core/identity/index.js'
import type { Root, ShareVersion } from '../../core/manifest/index.js'
import { createSearchIndex, type SearchIndex } from '../../core/search/index.js'
import type { BrowseAnswer, BrowseRequest, SearchAnswer, SearchRequest } from '../../core/wire/index.js'
import { Browser } from './browse.js'
import { digesting } from './digesting.js'
import { type GonePerson, KnownPeople, type PersonView } from './known-people.js'
import { ShareDocuments } from './share-documents.js'
import { checkQuota } from './share-quota.js'
import type { ContentOwners, Delta, SharesFunctions, SharesHost, SharesSetup } from './shares-functions.js'
import { inSlices } from './steps.js'

/** Entries taken over between two looks at the clock. */
const CHANGES_A_STEP = 50

/** The open entries of all people: in memory for searching and listing, in the store to outlive the process. */
export class KeptShares implements SharesFunctions {
  readonly #host: SharesHost
  readonly #index: SearchIndex
  readonly #documents: ShareDocuments
  readonly #browser: Browser
  readonly #people = new KnownPeople()
  /** The versions that are held in full. */
  readonly #versions: Map<PeerId, ShareVersion>
  readonly #queues = new Map<PeerId, Promise<unknown>>()
  #loaded: Promise<void> = Promise.resolve()
  #complete = false
  #closed = false

  constructor(host: SharesHost, { seed, budgetMs, people, versions }: SharesSetup) {
    this.#host = host
    this.#index = createSearchIndex({ seed, budgetMs })
    this.#documents = new ShareDocuments(this.#index)
    this.#browser = new Browser(this.#index)
    this.#people.learn(people)
    this.#versions = new Map(versions)
  }

  start(): Promise<void> {
    this.#loaded = this.#load()
    return this.#loaded
  }

  learn(news: readonly (PersonView | GonePerson)[]): void {
    this.#people.learn(news)
  }

  apply(owner: PeerId, delta: Delta, filesAPerson: number): Promise<ShareVersion | undefined> {
    return this.#inOrder(owner, async () => {
      await this.#loaded
      if (this.#closed) throw new PeerError('CLOSED', 'The registry is closing.')
      checkQuota(this.#index, owner, delta, filesAPerson)
      return this.#take(owner, delta)
    })
  }

  verify(owner: PeerId, { epoch, n }: ShareVersion, digest: string): Promise<boolean> {
    return this.#inOrder(owner, async () => {
      await this.#loaded
      const held = this.#versions.get(owner)
      if (this.#closed || held?.epoch !== epoch || held.n !== n) return true
      if ((await inSlices(digesting(this.#index, owner))) === digest) return true
      await this.#record(owner, undefined)
      return false
    })
  }

  forget(owner: PeerId): Promise<void> {
    return this.#inOrder(owner, async () => {
      await this.#loaded
      this.#versions.delete(owner)
      await this.#remove(owner)
    })
  }

  search(request: SearchRequest, asker: PeerId): SearchAnswer {
    const answer = this.#index.search(request, this.#people.shownTo(asker))
    return this.#complete ? answer : { ...answer, complete: false }
  }

  async browse(owner: PeerId, name: string, request: BrowseRequest): Promise<BrowseAnswer> {
    await this.#loaded
    return this.#browser.browse({ id: owner, name, version: this.#versions.get(owner) }, request)
  }

  owners(root: Root): ContentOwners {
    return { owners: this.#index.owners(root), ...this.#index.withRoot(root) }
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([this.#loaded, ...this.#queues.values()])
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

  async #take(owner: PeerId, delta: Delta): Promise<ShareVersion | undefined> {
    checkOrder(delta)
    const have = this.#versions.get(owner)
    if (delta.base === 0) await this.#startOver(owner)
    else if (have?.epoch !== delta.epoch || have.n !== delta.base) return have
    await inSlices(this.#applying(owner, delta))
    await this.#write(owner, delta.to)
    await this.#record(owner, { epoch: delta.epoch, n: delta.to })
    return this.#versions.get(owner)
  }

  /** First the record that a version is held goes, then what it stood for. */
  async #startOver(owner: PeerId): Promise<void> {
    const empty = this.#index.rowOf(owner, '') < 0
    if (this.#versions.has(owner)) await this.#record(owner, undefined)
    if (!empty) await this.#remove(owner)
  }

  async #remove(owner: PeerId): Promise<void> {
    await inSlices(this.#documents.removing(owner, ''))
    await this.#write(owner, 0)
    this.#tell()
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
    if (write.put.length + write.remove.length > 0) await this.#host.writeShare(write)
    this.#documents.written(owner)
  }

  async #record(owner: PeerId, version: ShareVersion | undefined): Promise<void> {
    await this.#host.record(owner, { ...this.#index.counts(owner), version })
    if (version) this.#versions.set(owner, version)
    else this.#versions.delete(owner)
    this.#tell()
  }

  async #load(): Promise<void> {
    const strangers = new Set<PeerId>()
    for (;;) {
      const documents = await this.#host.nextDocuments()
      if (documents.length === 0 || this.#closed) break
      for (const { owner } of documents) if (!this.#people.has(owner)) strangers.add(owner)
      await inSlices(this.#loading(documents))
      this.#tell()
    }
    if (this.#closed) return
    for (const owner of this.#documents.loaded()) await this.#write(owner, 0)
    for (const owner of strangers) await this.#remove(owner)
    this.#complete = true
    this.#tell()
  }

  *#loading(documents: Awaited<ReturnType<SharesHost['nextDocuments']>>): Generator<void> {
    for (const document of documents) {
      this.#documents.load(document)
      yield
    }
  }

  #tell(): void {
    this.#host.stands({ entries: this.#index.size, complete: this.#complete })
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
