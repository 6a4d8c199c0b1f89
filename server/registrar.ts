import { hasCode, PeerError } from '../core/errors/index.js'
import type { PeerId } from '../core/identity/index.js'
import { shortId } from '../core/identity/index.js'
import type { Logger } from '../core/log/index.js'
import { nameKey } from '../core/paths/index.js'
import { addressKey, type Connection, isLoopback, type RequestBody } from '../core/wire/index.js'
import { type People, type Person, type Session, storedOf } from './people.js'
import type { Presence } from './presence.js'
import { NewNames } from './rates.js'
import type { Shares } from './shares/shares.js'
import type { RegistryStore } from './store/registry-store.js'
import type { RegistryTuning } from './tuning.js'

type Introduction = RequestBody<'NEW_CONNECTION'>

/** What registering needs. */
export interface RegistrarOptions {
  readonly people: People
  readonly presence: Presence
  readonly shares: Shares
  readonly store: RegistryStore
  readonly tuning: RegistryTuning
  readonly log: Logger
  /** ms since 1970. */
  readonly now: () => number
}

/** Who comes and goes: binds names to ids, gives each id one session, keeps when people were last seen. */
export class Registrar {
  readonly #options: RegistrarOptions
  readonly #newNames: NewNames
  /** The connection that asked last, by id: while its registration is being stored, an older one is outdated. */
  readonly #latest = new Map<PeerId, Connection>()
  readonly #writing = new Set<Promise<unknown>>()

  constructor(options: RegistrarOptions) {
    this.#options = options
    this.#newNames = new NewNames(options.tuning)
  }

  /** Registers who is at the other end; resolves when that is stored. */
  async register(introduction: Introduction, connection: Connection): Promise<Person> {
    const { people, presence, store, now } = this.#options
    this.#latest.set(connection.peerId, connection)
    await this.#freeName(introduction.name, connection.peerId)
    const person = this.#claim(introduction, connection)
    const seenBefore = person.lastSeen
    person.lastSeen = now()
    people.block(person, introduction.blocked)
    await store.putPerson(storedOf(person))
    if (this.#latest.get(person.id) !== connection) throw replaced()
    if (!connection.open) {
      this.#latest.delete(person.id)
      throw new PeerError('CONNECTION_LOST', 'The connection ended while registering.')
    }
    const former = person.session
    people.setSession(person, sessionOf(introduction, connection, former, seenBefore))
    if (former?.connection !== connection) {
      void connection.ended.then(() => this.#left(person, connection))
      if (former) void former.connection.close(replaced())
    }
    presence.arrived(person)
    return person
  }

  /** Takes over a status told in a heartbeat. */
  setStatus(person: Person, { status, statusText }: RequestBody<'HEARTBEAT_REQUEST'>): void {
    const { session } = person
    if (!session || (status === undefined && statusText === undefined)) return
    const same =
      (status ?? session.status) === session.status &&
      (statusText ?? session.statusText) === session.statusText
    if (same) return
    session.status = status ?? session.status
    session.statusText = statusText ?? session.statusText
    this.#options.presence.changed(person)
  }

  /** Takes over a block list told in a heartbeat; it holds at once, and resolves when it is stored. */
  async setBlocked(person: Person, blocked: readonly PeerId[]): Promise<void> {
    const { people, presence, store } = this.#options
    people.block(person, blocked)
    presence.changed(person)
    await store.putPerson(storedOf(person))
  }

  /** Whether someone is here, or coming in just now. */
  isHere({ id, session }: Person): boolean {
    return session !== undefined || this.#latest.get(id)?.open === true
  }

  /** Frees the name of someone who is not here; their share goes too. */
  async forget(person: Person): Promise<void> {
    const { people, shares, store, log } = this.#options
    log.info('a name is free again', { name: person.name, holder: shortId(person.id) })
    people.remove(person)
    await store.removePerson(person.id)
    void shares.forget(person.id).catch(error => log.warn('a share stays', { error: String(error) }))
  }

  /** Notes for all who are here that they were seen now, and waits until it is stored. */
  async close(): Promise<void> {
    const { people } = this.#options
    for (const person of people.all) if (person.session) this.#goOffline(person)
    await Promise.allSettled(this.#writing)
  }

  /** The person of a connection that registered; a request before that is refused. */
  personAt(connection: Connection): Person {
    const person = this.#options.people.get(connection.peerId)
    if (person?.session?.connection === connection) return person
    throw new PeerError('BAD_INPUT', 'This connection has not registered yet: NEW_CONNECTION comes first.')
  }

  /** The person by this id and name, known or new; the name is bound before anything is awaited. */
  #claim({ name }: Introduction, { peerId, remote }: Connection): Person {
    const { people, now, tuning } = this.#options
    const holder = people.withName(name)
    if (holder && holder.id !== peerId) throw nameTaken(name)
    const known = people.get(peerId)
    const isNew = !known || nameKey(known.name) !== nameKey(name)
    if (isNew && !isLoopback(remote.host) && !this.#newNames.take(addressKey(remote.host), now())) {
      throw new PeerError(
        'TOO_BUSY',
        `Only ${tuning.namesAnHour} new names an hour come from one address. Try again later.`,
      )
    }
    if (known) {
      if (known.name !== name) people.rename(known, name)
      return known
    }
    return people.add({
      id: peerId,
      name,
      lastSeen: now(),
      version: undefined,
      files: 0,
      bytes: 0,
      hashed: 0,
    })
  }

  /** Forgets the holder of a name who was not seen for very long. */
  async #freeName(name: string, wantedBy: PeerId): Promise<void> {
    const { people, now, tuning } = this.#options
    const holder = people.withName(name)
    if (!holder || holder.id === wantedBy || holder.session) return
    if (now() - holder.lastSeen < tuning.nameFreeAfterMs) return
    await this.forget(holder)
  }

  #left(person: Person, connection: Connection): void {
    if (this.#latest.get(person.id) === connection) this.#latest.delete(person.id)
    this.#options.presence.forget(connection)
    if (person.session?.connection === connection) this.#goOffline(person)
  }

  #goOffline(person: Person): void {
    const { people, presence, store, now, log } = this.#options
    people.setSession(person, undefined)
    person.lastSeen = now()
    presence.changed(person)
    const writing = store.putPerson(storedOf(person)).catch(error => {
      if (!hasCode(error, 'CLOSED')) log.warn('last seen was not stored', { error: String(error) })
    })
    this.#writing.add(writing)
    void writing.then(() => this.#writing.delete(writing))
  }
}

function sessionOf(
  { ports, addresses, status, statusText }: Introduction,
  connection: Connection,
  former: Session | undefined,
  seenBefore: number,
): Session {
  return {
    connection,
    ports,
    declared: addresses,
    status,
    statusText,
    seenBefore: former?.seenBefore ?? seenBefore,
  }
}

function replaced(): PeerError {
  return new PeerError('REPLACED', 'This identity has connected from somewhere else; this one stops.')
}

function nameTaken(name: string): PeerError {
  return new PeerError(
    'NAME_TAKEN',
    `The name "${name}" belongs to someone else here. Choose another, or ask who runs the registry to release it.`,
  )
}
