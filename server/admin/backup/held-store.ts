import { type ErrorCode, isPeerError } from '../../../core/errors/index.js'
import type { RegistryStore } from '../../store/registry-store.js'

/** A store whose writes can be held up, so that its files stay as they are for a while, and that tells how they go. */
export class HeldStore implements RegistryStore {
  readonly #store: RegistryStore
  readonly #writing = new Set<Promise<unknown>>()
  #failing: ErrorCode | undefined
  /** Set while something needs the files to stay as they are. */
  #held: Promise<unknown> | undefined

  constructor(store: RegistryStore) {
    this.#store = store
  }

  get damage() {
    return this.#store.damage
  }
  get seed() {
    return this.#store.seed
  }
  /** Why the last write failed, if it did. */
  get failing(): ErrorCode | undefined {
    return this.#failing
  }
  people: RegistryStore['people'] = () => this.#store.people()
  nextDocuments: RegistryStore['nextDocuments'] = () => this.#store.nextDocuments()
  putPerson: RegistryStore['putPerson'] = person => this.#write(() => this.#store.putPerson(person))
  removePerson: RegistryStore['removePerson'] = id => this.#write(() => this.#store.removePerson(id))
  writeShare: RegistryStore['writeShare'] = write => this.#write(() => this.#store.writeShare(write))

  async close(): Promise<void> {
    while (this.#held) await this.#held
    await this.#store.close()
  }

  /** Does `work` when no write is under way; writes that come meanwhile wait, in their order. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    while (this.#held) await this.#held
    const done = Promise.allSettled([...this.#writing]).then(work)
    const held = done.then(
      () => {},
      () => {}, // told to whoever asked for it
    )
    this.#held = held
    try {
      return await done
    } finally {
      this.#held = undefined
    }
  }

  #write(write: () => Promise<void>): Promise<void> {
    if (this.#held) return this.#later(write)
    const writing = write()
    this.#writing.add(writing)
    writing.then(
      () => this.#over(writing, undefined),
      (error: unknown) => this.#over(writing, isPeerError(error) ? error.code : 'INTERNAL'),
    )
    return writing
  }

  #over(writing: Promise<void>, failure: ErrorCode | undefined): void {
    this.#writing.delete(writing)
    if (failure !== 'CLOSED') this.#failing = failure
  }

  async #later(write: () => Promise<void>): Promise<void> {
    while (this.#held) await this.#held
    return this.#write(write)
  }
}
