import type { RegistryStore } from '../../store/registry-store.js'

/** A store whose writes can be held up, so that its files stay as they are for a while. */
export class HeldStore implements RegistryStore {
  readonly #store: RegistryStore
  readonly #writing = new Set<Promise<unknown>>()
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
    const over = () => this.#writing.delete(writing)
    writing.then(over, over)
    return writing
  }

  async #later(write: () => Promise<void>): Promise<void> {
    while (this.#held) await this.#held
    return this.#write(write)
  }
}
