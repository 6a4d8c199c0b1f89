import type { Person, PersonLimits } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import { isPeerId, type PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import type { Source } from '../transfer/index.js'
import { LIMITS, type PersonRecord } from '../wire/index.js'
import type { PeopleBook } from './people-book.js'
import type { RegistryLink } from './registry-link.js'

/** What the people side needs of the peer. */
export interface PeopleOptions {
  readonly self: PeerId
  readonly book: PeopleBook
  readonly registry: RegistryLink
  readonly unread: (id: PeerId) => number
  readonly limits: (id: PeerId) => PersonLimits | undefined
  /** Told of each record that is new or differs. */
  readonly onChange: (person: Person) => void
  /** Someone came online, or is reached at another address. */
  readonly onOnline: (id: PeerId) => void
}

/** Who is known and where they are, from the registry and from what is kept. */
export class People {
  readonly #options: PeopleOptions
  #refreshing: Promise<void> | undefined

  constructor(options: PeopleOptions) {
    this.#options = options
  }

  /** Takes records that the registry pushed or answered. */
  async take(records: readonly PersonRecord[]): Promise<void> {
    const changed = await this.#options.book.take(records)
    for (const record of changed) {
      this.#options.onChange(this.#shown(record))
      if (record.online) this.#options.onOnline(record.id)
    }
  }

  /** The registry is gone. */
  lost(): void {
    for (const record of this.#options.book.allOffline()) this.#options.onChange(this.#shown(record))
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
    const record = this.#options.book.find(who)
    if (record) return this.#shown(record)
    const hint = client ? 'See who is here with people.' : 'You are not connected to a registry.'
    throw new PeerError('NOT_FOUND', `Nobody called "${who.slice(0, 64)}" is known. ${hint}`)
  }

  /** What is known of someone, asked of the registry where this peer knows nothing. */
  async record(id: PeerId): Promise<PersonRecord | undefined> {
    const known = this.#options.book.get(id)
    const client = this.#options.registry.connected
    if (!client || (known?.online && known.ports)) return known
    await this.take((await client.people({ ids: [id], offset: 0, limit: 1 })).people)
    return this.#options.book.get(id)
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
    const source = record && asSource(record)
    if (!source) throw new PeerError('OFFLINE', `${this.name(id)} is not online.`)
    return source
  }

  /** Where someone's control port is; OFFLINE when that isn't known. */
  async whereIs(id: PeerId): Promise<{ hosts: readonly string[]; port: number }> {
    const record = await this.record(id)
    if (!record?.online || !record.ports || !record.addresses?.length)
      throw new PeerError('OFFLINE', `${this.name(id)} is not online.`)
    return { hosts: record.addresses, port: record.ports.control }
  }

  /** Everyone else online who has this content, in whole or in part. */
  async sourcesOf(root: Root): Promise<Source[]> {
    const client = this.#options.registry.connected
    if (!client) return []
    const { sources } = await client.sources(root)
    await this.take(sources.map(({ partial: _partial, ...record }) => record))
    return sources.flatMap(record => {
      const source = record.id === this.#options.self ? undefined : asSource(record)
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

  #shown({ id, name, online, lastSeen, files, bytes, hashed }: PersonRecord): Person {
    const unread = this.#options.unread(id)
    const limits = this.#options.limits(id)
    return {
      id,
      name,
      online,
      lastSeen,
      verified: false,
      files,
      bytes,
      hashed,
      unread,
      ...(limits && { limits }),
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
