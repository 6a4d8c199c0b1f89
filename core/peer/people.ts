import type { Person, PersonLimits } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import { isPeerId, type PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import type { Source } from '../transfer/index.js'
import { LIMITS, type PersonRecord } from '../wire/index.js'
import type { ContactsBook } from './contacts-book.js'
import type { KeyWatch } from './key-watch.js'
import type { Nearby } from './nearby.js'
import type { PeopleBook } from './people-book.js'
import type { RegistryLink } from './registry-link.js'

/** What the people side needs of the peer. */
export interface PeopleOptions {
  readonly self: PeerId
  readonly book: PeopleBook
  readonly registry: RegistryLink
  readonly nearby: Pick<Nearby, 'isNear' | 'look' | 'where'>
  readonly unread: (id: PeerId) => number
  readonly limits: (id: PeerId) => PersonLimits | undefined
  readonly contacts: ContactsBook
  /** Why nothing is to be had of someone. */
  readonly refusal: (id: PeerId) => PeerError | undefined
  readonly keys: KeyWatch
  /** Told of each record that is new or differs. */
  readonly onChange: (person: Person) => void
  /** Someone appears under a name that this person knows by another key. */
  readonly onKeyChanged: (person: Person, before: Person) => void
  /** Someone came online, or is reached at another address. */
  readonly onOnline: (id: PeerId) => void
}

/** Who is known and where they are, from the registry, from the network around, and from what is kept. */
export class People {
  readonly #options: PeopleOptions
  /** Those of whom the registry says that they are online. */
  readonly #byRegistry = new Set<PeerId>()
  /** What those nearby said of themselves. */
  readonly #here = new Map<PeerId, PersonRecord>()
  #refreshing: Promise<void> | undefined

  constructor(options: PeopleOptions) {
    this.#options = options
  }

  /** Takes records that the registry pushed or answered. */
  async take(records: readonly PersonRecord[]): Promise<void> {
    for (const { id, online } of records) {
      if (online) this.#byRegistry.add(id)
      else this.#byRegistry.delete(id)
    }
    await this.#keep(records.map(record => (record.online ? record : (this.#here.get(record.id) ?? record))))
    if (records.some(({ online, id }) => !online && this.#options.nearby.isNear(id)))
      this.#options.nearby.look()
  }

  /** Someone nearby said who they are. */
  async here(record: PersonRecord): Promise<void> {
    this.#here.set(record.id, record)
    if (!this.isOnlineByRegistry(record.id)) await this.#keep([record])
  }

  /** Someone nearby is not reached any more. */
  async gone(id: PeerId): Promise<void> {
    this.#here.delete(id)
    const record = this.#options.book.get(id)
    if (!record?.online || this.isOnlineByRegistry(id)) return
    await this.#keep([{ ...record, online: false, lastSeen: Date.now() }])
  }

  isOnlineByRegistry(id: PeerId): boolean {
    return this.#byRegistry.has(id)
  }

  /** The registry is gone. Those nearby are asked themselves, and shown as they were until they answer. */
  lost(): void {
    const { book, nearby, onChange } = this.#options
    this.#byRegistry.clear()
    for (const record of book.offline(id => !nearby.isNear(id))) onChange(this.#shown(record))
    nearby.look()
  }

  /** Asks the registry for everyone, up to as many as can be watched, and watches them. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#fetchAll().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async list(): Promise<readonly Person[]> {
    if (this.#options.registry.connected) await this.refresh()
    return this.#options.book.list().map(record => this.#shown(record))
  }

  /** NOT_FOUND when neither the registry nor this peer knows them. */
  async find(who: string): Promise<Person> {
    const client = this.#options.registry.connected
    if (client) {
      const wanted = isPeerId(who.trim()) ? { ids: [who.trim() as PeerId] } : { name: nameOf(who) }
      await this.take((await client.people({ ...wanted, offset: 0, limit: 1 })).people)
    }
    const { book, contacts } = this.#options
    const record = book.find(who, id => contacts.of(id))
    if (record) return this.#shown(record)
    const hint = client ? 'See who is here with people.' : 'You are not connected to a registry.'
    throw new PeerError('NOT_FOUND', `Nobody called "${who.slice(0, 64)}" is known. ${hint}`)
  }

  /** All that a name, id or NAME#shortid may mean here. */
  matching(who: string): readonly PersonRecord[] {
    return this.#options.book.matching(who)
  }

  /** What is known of someone, asked of the registry where this peer knows nothing. */
  async record(id: PeerId): Promise<PersonRecord | undefined> {
    const known = this.#options.book.get(id)
    const client = this.#options.registry.connected
    if (!client || (known?.online && known.ports)) return known
    await this.take((await client.people({ ids: [id], offset: 0, limit: 1 })).people)
    return this.#options.book.get(id)
  }

  isKnown(id: PeerId): boolean {
    return this.#options.book.get(id) !== undefined
  }

  /** Who else is online as far as is known, in no order. */
  online(): PeerId[] {
    return this.#options.book.online()
  }

  /** The name to show for an id. */
  name(id: PeerId): string {
    return this.#options.book.get(id)?.name ?? id.slice(0, 8)
  }

  /** Where someone's data ports are; OFFLINE when that isn't known. */
  async source(id: PeerId): Promise<Source> {
    const record = await this.record(id)
    const refusal = this.#options.refusal(id)
    if (refusal) throw refusal
    const source = record && asSource(record)
    if (!source) throw new PeerError('OFFLINE', `${this.name(id)} is not online.`)
    return source
  }

  /** Where someone's control port is; OFFLINE when that isn't known. */
  async whereIs(id: PeerId): Promise<{ hosts: readonly string[]; port: number }> {
    const record = await this.record(id)
    const refusal = this.#options.refusal(id)
    if (refusal?.code === 'BLOCKED') throw refusal
    const near = this.#options.nearby.where(id)
    if (record?.online && record.ports && record.addresses?.length)
      return { hosts: record.addresses, port: record.ports.control }
    if (near) return near
    throw new PeerError('OFFLINE', `${this.name(id)} is not online.`)
  }

  /** Everyone else online who has this content, in whole or in part. */
  async sourcesOf(root: Root): Promise<Source[]> {
    const client = this.#options.registry.connected
    if (!client) return []
    const { sources } = await client.sources(root)
    await this.take(sources.map(({ partial: _partial, ...record }) => record))
    return sources.flatMap(record => {
      const isOut = record.id === this.#options.self || this.#options.refusal(record.id)
      const source = isOut ? undefined : asSource(record)
      return source ? [{ ...source, ...(record.partial && { partial: true as const }) }] : []
    })
  }

  /** Tells again of someone of whom something that is kept here changed. */
  announce(id: PeerId): void {
    const record = this.#options.book.get(id)
    if (record) this.#options.onChange(this.#shown(record))
  }

  /** Someone who is known already; NOT_FOUND for others. */
  known(id: PeerId): Person {
    const record = this.#options.book.get(id)
    if (record) return this.#shown(record)
    throw new PeerError('NOT_FOUND', 'Nobody with that id is known. See who is here with people.')
  }

  async #keep(records: readonly PersonRecord[]): Promise<void> {
    const { book, keys, self, onChange, onKeyChanged, onOnline } = this.#options
    const changes = await keys.note(records.filter(({ id }) => id !== self))
    for (const record of await book.take(records)) {
      onChange(this.#shown(record))
      if (record.online) onOnline(record.id)
    }
    for (const { id, before } of changes) onKeyChanged(this.known(id), this.known(before))
  }

  async #fetchAll(): Promise<void> {
    const client = this.#options.registry.connected
    if (!client) return
    const ids: PeerId[] = []
    for (let offset = 0; ids.length < LIMITS.watchedPeople; ) {
      const page = await client.people({ offset, limit: LIMITS.pageEntries })
      await this.take(page.people)
      ids.push(...page.people.map(({ id }) => id))
      offset += page.people.length
      if (page.people.length === 0 || offset >= page.total) break
    }
    // Where not all can be watched, newcomers are not asked for either: the next refresh finds them.
    const watched = ids.slice(0, LIMITS.watchedPeople)
    await client.watch(watched, watched.length === ids.length)
  }

  #shown({ status, statusText, ...record }: PersonRecord): Person {
    const { id, name, online, lastSeen, files, bytes, hashed } = record
    const unread = this.#options.unread(id)
    const limits = this.#options.limits(id)
    const { verified, ...contact } = this.#options.contacts.of(id)
    return {
      id,
      name,
      online,
      lastSeen,
      verified: verified === true,
      files,
      bytes,
      hashed,
      unread,
      ...(online && status && status !== 'available' && { status }),
      ...(online && statusText && { statusText }),
      ...(limits && { limits }),
      ...contact,
    }
  }
}

function asSource({ id, name, online, ports, addresses }: PersonRecord): Source | undefined {
  if (!online || !ports || !addresses?.length) return undefined
  return { id, name, hosts: addresses, dataPorts: ports.data }
}

function nameOf(who: string): string {
  return who.split('#')[0]?.trim() ?? ''
}
