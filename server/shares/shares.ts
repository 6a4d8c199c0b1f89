import type { PeerId } from '../../core/identity/index.js'
import type { Logger } from '../../core/log/index.js'
import type { Root, ShareVersion } from '../../core/manifest/index.js'
import type { BrowseAnswer, BrowseRequest, SearchAnswer, SearchRequest } from '../../core/wire/index.js'
import { startWorker, type WorkerHandle, type WorkerKind } from '../../core/workers/index.js'
import { type People, type Person, storedOf } from '../people.js'
import type { RegistryStore } from '../store/registry-store.js'
import type { RegistryTuning } from '../tuning.js'
import type { GonePerson, PersonView } from './known-people.js'
import type {
  ContentOwners,
  Delta,
  HeldShare,
  SharesFunctions,
  SharesHost,
  SharesState,
} from './shares-functions.js'
import { Turns } from './turns.js'

/** What the shares of a registry need. */
export interface SharesOptions {
  readonly store: RegistryStore
  readonly people: People
  readonly tuning: Pick<RegistryTuning, 'searchMs' | 'filesAPerson'>
  /** A person's counts have changed. */
  readonly onChange: (person: Person) => void
  readonly kind?: WorkerKind
  readonly log: Logger
}

/**
 * The open entries of all people, in a worker of their own: neither a search nor a big delta holds up a connection.
 * What is stored goes through here, where the store and the people are.
 */
export class Shares {
  /** Resolves when all that was stored can be searched. */
  readonly loaded: Promise<void>
  readonly #options: SharesOptions
  readonly #worker: WorkerHandle<SharesFunctions>
  readonly #searches = new Turns()
  #state: SharesState = { entries: 0, complete: false }
  /** People of whom the worker has outdated news. */
  readonly #unsaid = new Set<PeerId>()
  #closing: Promise<void> | undefined

  constructor(options: SharesOptions) {
    const { store, people, log, kind } = options
    this.#options = options
    const host: SharesHost = {
      nextDocuments: () => store.nextDocuments(),
      writeShare: write => store.writeShare(write),
      record: (owner, held) => this.#record(owner, held),
      stands: state => {
        this.#state = state
      },
    }
    this.#worker = startWorker<SharesFunctions, SharesHost>({
      entry: new URL('./shares-worker.js', import.meta.url),
      local: host,
      name: 'registry shares',
      ...(kind ? { kind } : {}),
    })
    void this.#worker.ended.then(
      error => error && log.error('the shares worker ended', { error: error.message }),
    )
    people.onChange = id => this.#tell(id)
    this.loaded = this.#load()
    this.loaded.catch(error => log.error('the shares could not be loaded', { error: String(error) }))
  }

  /** Files and folders of all people. */
  get entries(): number {
    return this.#state.entries
  }

  /** Whether all that was stored can be searched. */
  get complete(): boolean {
    return this.#state.complete
  }

  /** Takes a delta, after all earlier ones of this person; gives the version then held. */
  apply({ id }: Person, delta: Delta): Promise<ShareVersion | undefined> {
    return this.#worker.call.apply(id, delta, this.#options.tuning.filesAPerson)
  }

  /** Whether what is held of a person is what they say it is; if not, it is held no more. */
  verify({ id }: Person, version: ShareVersion, digest: string): Promise<boolean> {
    return this.#worker.call.verify(id, version, digest)
  }

  /** Removes all of one who is forgotten. */
  forget(id: PeerId): Promise<void> {
    return this.#worker.call.forget(id)
  }

  search(request: SearchRequest, asker: PeerId, signal: AbortSignal): Promise<SearchAnswer> {
    return this.#searches.take(() => {
      this.#flush()
      return this.#worker.call.search(request, asker)
    }, signal)
  }

  /** A page of what someone shares. */
  browse({ id, name }: Person, request: BrowseRequest): Promise<BrowseAnswer> {
    return this.#worker.call.browse(id, name, request)
  }

  owners(root: Root): Promise<ContentOwners> {
    return this.#worker.call.owners(root)
  }

  /** Waits for what is under way and takes no more. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    try {
      await this.#worker.call.close()
    } catch (error) {
      this.#options.log.warn('the shares were not closed', { error: String(error) })
    }
    await this.#worker.close()
  }

  async #load(): Promise<void> {
    const { store, people, tuning, log } = this.#options
    const began = performance.now()
    const all = [...people.all]
    await this.#worker.call.start({
      seed: store.seed,
      budgetMs: tuning.searchMs,
      people: all.map(person => viewOf(person, people)),
      versions: new Map(all.flatMap(({ id, version }) => (version ? [[id, version]] : []))),
    })
    const seconds = Number(((performance.now() - began) / 1000).toFixed(1))
    if (this.complete) log.info('the shares are loaded', { entries: this.entries, seconds })
  }

  /** One who was forgotten meanwhile is not stored again. */
  async #record(owner: PeerId, { version, ...counts }: HeldShare): Promise<void> {
    const { people, store, onChange } = this.#options
    const person = people.get(owner)
    if (!person) return
    await store.putPerson(storedOf({ ...person, ...counts, version }))
    Object.assign(person, counts, { version })
    if (version) onChange(person)
  }

  #tell(id: PeerId): void {
    if (this.#unsaid.size === 0) setImmediate(() => this.#flush())
    this.#unsaid.add(id)
  }

  /** Tells the worker what changed of people; what it is asked afterwards it answers by that. */
  #flush(): void {
    if (this.#unsaid.size === 0 || this.#closing) return
    const { people } = this.#options
    const news = [...this.#unsaid].map((id): PersonView | GonePerson => {
      const person = people.get(id)
      return person ? viewOf(person, people) : { id, gone: true }
    })
    this.#unsaid.clear()
    this.#worker.call.learn.asEvent(news)
  }
}

function viewOf(person: Person, people: People): PersonView {
  const { id, name, session, blocked } = person
  return { id, name, online: session !== undefined, banned: people.isBanned(id), blocked: [...blocked] }
}
