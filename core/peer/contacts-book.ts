import type { ContactChange, Person } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import { isPeerId, type PeerId } from '../identity/index.js'
import type { Store, Table } from '../store/index.js'
import { LIMITS } from '../wire/index.js'

/** What is kept of someone: flags that are not set are left out. */
export type Contact = Pick<
  Person,
  'blocked' | 'muted' | 'favourite' | 'nickname' | 'note' | 'changedFrom' | 'replacedBy'
> & { readonly verified?: true }

const NICKNAME_CHARACTERS = 64
const NOTE_CHARACTERS = 2_000

/** What the person has said of others, by peer id. */
export class ContactsBook {
  readonly #store: Store
  readonly #table: Table<Contact>
  readonly #contacts = new Map<PeerId, Contact>()

  constructor(store: Store) {
    this.#store = store
    this.#table = store.table('contacts')
    for (const { key, value } of this.#table.range()) {
      const id = String(key)
      if (isPeerId(id)) this.#contacts.set(id, value)
    }
  }

  /** Nothing in it where nothing was said of them. */
  of(id: PeerId): Contact {
    return this.#contacts.get(id) ?? NOTHING
  }

  /** Whether anything was said of them. */
  has(id: PeerId): boolean {
    return this.#contacts.has(id)
  }

  blocked(): PeerId[] {
    return [...this.#contacts].flatMap(([id, { blocked }]) => (blocked ? [id] : []))
  }

  /** Checks and keeps what the person says of someone; a bad value changes nothing. */
  async change(id: PeerId, change: ContactChange): Promise<void> {
    const before = this.of(id)
    const { blocked, muted, favourite, nickname, note } = change
    if (blocked && !before.blocked && this.blocked().length >= LIMITS.blockedPeople)
      throw new PeerError(
        'BAD_INPUT',
        `At most ${LIMITS.blockedPeople} people can be blocked. Unblock others.`,
      )
    await this.put([
      [
        id,
        {
          ...before,
          blocked: flag(blocked, before.blocked),
          muted: flag(muted, before.muted),
          favourite: flag(favourite, before.favourite),
          nickname: words('A nickname', nickname, NICKNAME_CHARACTERS) ?? before.nickname,
          note: words('A note', note, NOTE_CHARACTERS) ?? before.note,
        },
      ],
    ])
  }

  /** Keeps these, all or none. */
  async put(contacts: readonly (readonly [PeerId, Loose<Contact>])[]): Promise<void> {
    const kept = contacts.map(([id, contact]) => [id, withoutNothing(contact)] as const)
    await this.#store.write(() => {
      for (const [id, contact] of kept) {
        if (contact) this.#table.put(id, contact)
        else this.#table.remove(id)
      }
    })
    for (const [id, contact] of kept) {
      if (contact) this.#contacts.set(id, contact)
      else this.#contacts.delete(id)
    }
  }
}

const NOTHING: Contact = {}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined }

function flag(wanted: unknown, before: true | undefined): true | undefined {
  if (wanted === undefined) return before
  if (typeof wanted !== 'boolean')
    throw new PeerError('BAD_INPUT', 'What is said of someone is true or false.')
  return wanted ? true : undefined
}

function words(what: string, given: unknown, most: number): string | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'string' || !given.isWellFormed())
    throw new PeerError('BAD_INPUT', `${what} is a text.`)
  const text = given.trim()
  if (text.length <= most) return text
  throw new PeerError('BAD_INPUT', `${what} has at most ${most} characters.`)
}

function withoutNothing(contact: Loose<Contact>): Contact | undefined {
  const said = Object.entries(contact).filter(([, value]) => value !== undefined && value !== '')
  return said.length === 0 ? undefined : (Object.fromEntries(said) as Contact)
}
