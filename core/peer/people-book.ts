import { PeerError } from '../errors/index.js'
import { isPeerId, type PeerId, shortId } from '../identity/index.js'
import { nameKey } from '../paths/index.js'
import type { Store, Table } from '../store/index.js'
import type { PersonRecord } from '../wire/index.js'

/** What is kept of someone between starts. */
type Kept = Omit<PersonRecord, 'online' | 'status' | 'statusText'>

/** What of someone is noted here and helps to find them. */
type AboutPerson = (id: PeerId) => { readonly nickname?: string; readonly replacedBy?: PeerId }

/** Everyone known: what the registry said last, and what this peer adds. */
export class PeopleBook {
  readonly #store: Store
  readonly #table: Table<Kept>
  readonly #records = new Map<PeerId, PersonRecord>()
  /** Who has a name, by its key. */
  readonly #byName = new Map<string, Set<PeerId>>()
  readonly #self: PeerId

  constructor(store: Store, self: PeerId) {
    this.#store = store
    this.#table = store.table('people')
    this.#self = self
    for (const { value } of this.#table.range()) this.#set({ ...value, online: false })
  }

  /** Takes the registry's records; gives those that are new or differ. */
  async take(records: readonly PersonRecord[]): Promise<PersonRecord[]> {
    const changed = records
      .filter(({ id }) => id !== this.#self)
      .map(record => this.#withPlace(record))
      .filter(record => this.#isNews(record))
    if (changed.length === 0) return []
    for (const record of changed) this.#set(record)
    await this.#store.write(() => {
      for (const record of changed) this.#table.put(record.id, keptOf(record))
    })
    return changed
  }

  /** Those of them who were online are so no more, as far as is known, though the addresses may still be good. */
  offline(which: (id: PeerId) => boolean): PersonRecord[] {
    const changed = [...this.#records.values()].filter(({ online, id }) => online && which(id))
    return changed.map(record => {
      const offline = { ...record, online: false }
      this.#records.set(record.id, offline)
      return offline
    })
  }

  /** Those who are online, in no order. */
  online(): PeerId[] {
    return [...this.#records.values()].flatMap(({ id, online }) => (online ? [id] : []))
  }

  /** All who have this name. */
  named(name: string): PersonRecord[] {
    return [...(this.#byName.get(nameKey(name)) ?? [])].flatMap(id => this.#records.get(id) ?? [])
  }

  get(id: PeerId): PersonRecord | undefined {
    return this.#records.get(id)
  }

  /** Those online first, then by name. */
  list(): PersonRecord[] {
    return [...this.#records.values()].sort(
      (a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1),
    )
  }

  /**
   * Finds someone by name, `NAME#shortid`, full id, or an id's first 8 characters; undefined if unknown. Of several,
   * those who have another key now are not meant; a nickname is as good as a name.
   */
  find(who: string, about: AboutPerson = () => ({})): PersonRecord | undefined {
    const text = who.trim()
    const all = this.matching(text, about)
    const matches = all.length > 1 ? all.filter(({ id }) => !about(id).replacedBy) : all
    if (matches.length < 2) return matches[0] ?? all[0]
    const choices = matches.map(record => `${record.name}#${shortId(record.id)}`).join(', ')
    throw new PeerError('AMBIGUOUS', `"${text}" is more than one person: ${choices}. Name the one you mean.`)
  }

  /** All that a text may mean. */
  matching(who: string, about: AboutPerson = () => ({})): PersonRecord[] {
    const text = who.trim()
    if (isPeerId(text)) return [this.#records.get(text) ?? []].flat()
    const [name = '', short] = text.split('#')
    const key = nameKey(name)
    const isCalled = (record: PersonRecord) =>
      nameKey(record.name) === key || nameKey(about(record.id).nickname ?? '') === key
    return this.list().filter(record =>
      short === undefined
        ? isCalled(record) || shortId(record.id) === text
        : isCalled(record) && shortId(record.id) === short,
    )
  }

  /** Where someone was is remembered when they go: they may be there still, or be back there. */
  #withPlace(record: PersonRecord): PersonRecord {
    const { ports, addresses } = this.#records.get(record.id) ?? {}
    return record.ports || !ports || !addresses ? record : { ...record, ports, addresses }
  }

  #set(record: PersonRecord): void {
    const before = this.#records.get(record.id)
    if (before) this.#byName.get(nameKey(before.name))?.delete(record.id)
    const key = nameKey(record.name)
    const holders = this.#byName.get(key) ?? new Set()
    this.#byName.set(key, holders.add(record.id))
    this.#records.set(record.id, record)
  }

  #isNews(record: PersonRecord): boolean {
    const known = this.#records.get(record.id)
    return !known || JSON.stringify(known) !== JSON.stringify(record)
  }
}

function keptOf({ online: _, status: __, statusText: ___, ...kept }: PersonRecord): Kept {
  return kept
}
