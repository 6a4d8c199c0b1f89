import type { PeerId } from '../identity/index.js'
import { nameKey } from '../paths/index.js'
import type { PersonRecord } from '../wire/index.js'
import type { Contact, ContactsBook } from './contacts-book.js'
import type { PeopleBook } from './people-book.js'

/** What watching names needs. */
export interface KeyWatchOptions {
  readonly book: Pick<PeopleBook, 'get' | 'named'>
  readonly contacts: ContactsBook
  /** Whether this person has had to do with someone: else another of that name is no surprise. */
  readonly isNoted: (id: PeerId) => boolean
}

/** Someone who appears under a name by which another key is known. */
export interface KeyChange {
  readonly id: PeerId
  /** The one known by that name. */
  readonly before: PeerId
}

/** Notes who takes a name that this person knows by another key. */
export class KeyWatch {
  readonly #options: KeyWatchOptions

  constructor(options: KeyWatchOptions) {
    this.#options = options
  }

  /** To be called before the records are taken; gives whose key has changed, which is noted durably. */
  async note(records: readonly PersonRecord[]): Promise<KeyChange[]> {
    const { book, contacts } = this.#options
    const renamed = records.filter(({ id, name }) => {
      const known = book.get(id)
      return !known || nameKey(known.name) !== nameKey(name)
    })
    const changes: KeyChange[] = []
    const noted: [PeerId, Contact][] = []
    for (const { id, name } of renamed) {
      const { changedFrom, ...contact } = contacts.of(id)
      const before = this.#holderOf(name, id)
      if (before) changes.push({ id, before })
      if (before !== changedFrom) noted.push([id, before ? { ...contact, changedFrom: before } : contact])
    }
    if (noted.length > 0) await contacts.put(noted)
    return changes
  }

  /** Whom the person knows by this name, the one seen last of several. */
  #holderOf(name: string, id: PeerId): PeerId | undefined {
    const { book, contacts, isNoted } = this.#options
    const known = book.named(name).filter(other => {
      if (other.id === id) return false
      const { changedFrom, replacedBy } = contacts.of(other.id)
      return !changedFrom && replacedBy !== id && isNoted(other.id)
    })
    return known.sort((a, b) => b.lastSeen - a.lastSeen)[0]?.id
  }
}
