import type { PeerId } from '../core/identity/index.js'
import type { ShareVersion } from '../core/manifest/index.js'
import { nameKey } from '../core/paths/index.js'
import type { Connection, PersonRecord, RequestBody } from '../core/wire/index.js'
import { addressesFor } from './addresses.js'
import { PeopleOrder } from './people-order.js'
import type { StoredPerson } from './store/registry-store.js'

/** What is known of someone while connected. */
export interface Session {
  readonly connection: Connection
  ports: RequestBody<'NEW_CONNECTION'>['ports']
  declared: readonly string[]
  status: PersonRecord['status']
  statusText: string | undefined
  /** When the person was last seen before this session. */
  readonly seenBefore: number
}

/** Someone who registered here. */
export interface Person {
  readonly id: PeerId
  /** Counts people as they are added; for sets of them. */
  readonly number: number
  name: string
  lastSeen: number
  version: ShareVersion | undefined
  files: number
  bytes: number
  hashed: number
  blocked: ReadonlySet<PeerId>
  session: Session | undefined
}

/** Who asks: what is told depends on it. */
export interface AskedBy {
  readonly id: PeerId
  readonly address: string
}

/** All who ever registered, by id and by name. A name belongs to one id. */
export class People {
  /** Told of each whose name, presence, or by whom they are seen has changed. */
  onChange: (id: PeerId) => void = () => {}
  readonly #byId = new Map<PeerId, Person>()
  readonly #byName = new Map<string, Person>()
  readonly #gateways: ReadonlySet<string>
  readonly #isBanned: (id: PeerId) => boolean
  readonly #order = new PeopleOrder<Person>()
  /** Those who keep from someone that they are here. */
  readonly #hiding = new Set<Person>()
  /** Numbers of all who were ever here: who was forgotten and comes back has the same. */
  readonly #numbers = new Map<PeerId, number>()
  #online = 0

  constructor(
    stored: readonly StoredPerson[],
    gateways: ReadonlySet<string>,
    isBanned: (id: PeerId) => boolean = () => false,
  ) {
    this.#gateways = gateways
    this.#isBanned = isBanned
    for (const { blocked, ...one } of stored) {
      const person = this.add({ ...one, version: one.version })
      if (blocked.length > 0) this.block(person, blocked)
    }
  }

  get online(): number {
    return this.#online
  }

  get all(): Iterable<Person> {
    return this.#byId.values()
  }

  get(id: PeerId): Person | undefined {
    return this.#byId.get(id)
  }

  withName(name: string): Person | undefined {
    return this.#byName.get(nameKey(name))
  }

  /** Someone new, who is not here yet. */
  add(facts: Omit<Person, 'number' | 'blocked' | 'session'>): Person {
    const number = this.#numbers.get(facts.id) ?? this.#numbers.size
    this.#numbers.set(facts.id, number)
    const { id, name, lastSeen, version, files, bytes, hashed } = facts
    // Written out: copies by spread each have a hidden class of their own, and took 25 times as long to read.
    const person: Person = {
      id,
      number,
      name,
      lastSeen,
      version,
      files,
      bytes,
      hashed,
      blocked: NOBODY,
      session: undefined,
    }
    this.#byId.set(person.id, person)
    this.#byName.set(nameKey(person.name), person)
    this.#order.put(person)
    this.seenAnew(person)
    return person
  }

  remove(person: Person): void {
    this.#byId.delete(person.id)
    this.#byName.delete(nameKey(person.name))
    this.#order.remove(person)
    this.#hiding.delete(person)
    this.seenAnew(person)
  }

  rename(person: Person, name: string): void {
    if (this.withName(person.name) === person) this.#byName.delete(nameKey(person.name))
    person.name = name
    this.#byName.set(nameKey(name), person)
    this.#order.put(person)
    this.seenAnew(person)
  }

  setSession(person: Person, session: Session | undefined): void {
    this.#online += Number(session !== undefined) - Number(person.session !== undefined)
    person.session = session
    this.#order.put(person)
    this.seenAnew(person)
  }

  block(person: Person, ids: readonly PeerId[]): void {
    if (ids.length === 0 && person.blocked.size === 0) return
    person.blocked = ids.length === 0 ? NOBODY : new Set(ids)
    if (ids.length > 0) this.#hiding.add(person)
    else this.#hiding.delete(person)
    this.seenAnew(person)
  }

  /** Others see something else of a person than before. */
  seenAnew({ id }: Person): void {
    this.onChange(id)
  }

  isBanned(id: PeerId): boolean {
    return this.#isBanned(id)
  }

  /** Whether `id` may know of the person's presence, listing and addresses. Of one who is banned nobody does. */
  shows(person: Person, id: PeerId): boolean {
    return !person.blocked.has(id) && !this.#isBanned(person.id)
  }

  /** Those online first, then by name; to one who is blocked, a person is offline. */
  listFor(asker: PeerId, offset: number, limit: number): { readonly total: number; readonly page: Person[] } {
    const { online, offline } = this.#shownTo(asker)
    const page = online.slice(offset, offset + limit)
    const from = Math.max(0, offset - online.length)
    page.push(...offline.slice(from, from + limit - page.length))
    return { total: online.length + offline.length, page }
  }

  #shownTo(asker: PeerId): Pick<PeopleOrder<Person>, 'online' | 'offline'> {
    const { online, offline } = this.#order
    const hidden = [...this.#hiding].filter(person => person.session && person.blocked.has(asker))
    if (hidden.length === 0) return { online, offline }
    const away = new Set(hidden)
    return {
      online: online.filter(person => !away.has(person)),
      offline: this.#order.byName([...offline, ...hidden]),
    }
  }

  /** What the asker is told of a person. */
  recordFor(person: Person, asker: AskedBy): PersonRecord {
    const { id, name, session } = person
    if (!this.shows(person, asker.id)) {
      const lastSeen = session?.seenBefore ?? person.lastSeen
      return { id, name, online: false, lastSeen, files: 0, bytes: 0, hashed: 0 }
    }
    const { lastSeen, files, bytes, hashed } = person
    const known = { id, name, online: session !== undefined, lastSeen, files, bytes, hashed }
    if (!session) return known
    const seen = session.connection.remote.host
    const addresses = addressesFor({ seen, declared: session.declared }, asker.address, this.#gateways)
    return {
      ...known,
      ...(session.status ? { status: session.status } : {}),
      ...(session.statusText ? { statusText: session.statusText } : {}),
      ports: session.ports,
      addresses: [...addresses],
    }
  }
}

const NOBODY: ReadonlySet<PeerId> = new Set()

/** What the store keeps of a person. */
export function storedOf({
  session: _session,
  number: _number,
  blocked,
  version,
  ...facts
}: Person): StoredPerson {
  return { ...facts, blocked: [...blocked], ...(version ? { version } : {}) }
}
