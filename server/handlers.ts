import { PeerError } from '../core/errors/index.js'
import type { PeerId } from '../core/identity/index.js'
import type { Logger } from '../core/log/index.js'
import {
  type Answer,
  type Connection,
  LIMITS,
  type PersonRecord,
  type RequestBody,
  type RequestHandlers,
} from '../core/wire/index.js'
import type { Gate } from './admin/gate.js'
import { Announced } from './announced.js'
import type { People, Person } from './people.js'
import type { Presence } from './presence.js'
import { TokenBucket } from './rates.js'
import type { Registrar } from './registrar.js'
import type { Shares } from './shares/shares.js'
import type { RegistryTuning } from './tuning.js'

/** What answering needs. */
export interface HandlersOptions {
  readonly name: string
  readonly people: People
  readonly presence: Presence
  readonly gate: Gate
  readonly registrar: Registrar
  readonly shares: Shares
  readonly tuning: RegistryTuning
  readonly log: Logger
  readonly now: () => number
}

type Introduction = RequestBody<'NEW_CONNECTION'>

/** More than a person's record takes on the wire without its texts. */
const RECORD_BYTES = 700

/** How a registry answers each request. All but the first are for those who registered. */
export function createHandlers(options: HandlersOptions): RequestHandlers {
  const { name, people, presence, gate, registrar, shares, tuning, log, now } = options
  const searches = new SearchLimits(tuning)
  const announced = new Announced()
  const verifyShare = (person: Person, { version, digest }: Introduction, from: Connection) => {
    if (!version || !digest || person.version?.n !== version.n) return
    shares.verify(person, version, digest).then(
      isRight => {
        if (!isRight) void from.close(outdated())
      },
      error => log.warn('a share was not verified', { error: String(error) }),
    )
  }
  return {
    async NEW_CONNECTION(introduction, from) {
      await gate.enter(introduction, from)
      const person = await registrar.register(introduction, from)
      verifyShare(person, introduction, from)
      const have = person.version ? { have: person.version } : {}
      const welcome = tuning.welcome ? { welcome: tuning.welcome } : {}
      const seen = from.remote.host
      return { registryName: name, ...welcome, seen, ...have, online: people.online, time: now() }
    },
    async HEARTBEAT_REQUEST(body, from) {
      const person = people.get(from.peerId)
      if (person?.session?.connection === from) {
        registrar.setStatus(person, body)
        if (body.blocked) await registrar.setBlocked(person, body.blocked)
      }
      if (body.watch) {
        registrar.personAt(from)
        presence.watch(from, body.watch, body.newcomers ?? false)
      }
      return { time: now() }
    },
    PEOPLE(body, from) {
      registrar.personAt(from)
      return pageOfPeople(people, body, from)
    },
    async SHARE_DATA(delta, from) {
      const person = registrar.personAt(from)
      const have = await shares.apply(person, delta)
      return have ? { have } : {}
    },
    async FILE_BROWSE(request, from) {
      registrar.personAt(from)
      const owner = request.owner && people.get(request.owner)
      if (!owner) throw new PeerError('NOT_FOUND', 'The registry does not know that person.')
      return people.shows(owner, from.peerId) ? shares.browse(owner, request) : { total: 0, entries: [] }
    },
    FILE_SEARCH(request, from, signal) {
      searches.take(registrar.personAt(from), request.offset > 0)
      return shares.search(request, from.peerId, signal)
    },
    async FILE_SOURCES({ root }, from) {
      registrar.personAt(from)
      const { owners, ...content } = await shares.owners(root)
      const sharing = new Set(owners)
      // Content is known only while someone shares it with everyone: what else is announced is told to nobody.
      const announcing = owners.length > 0 ? [...announced.holders(root)] : []
      const beside = announcing.filter(id => !sharing.has(id) && id !== from.peerId)
      const seen = (ids: Iterable<PeerId>) =>
        [...ids]
          .flatMap(id => people.get(id) ?? [])
          .filter(person => person.session && people.shows(person, from.peerId))
          .map(person => people.recordFor(person, askerAt(from)))
      const partial = seen(beside).map(record => ({ ...record, partial: true }))
      const sources = [...seen(sharing), ...partial]
      return { sources: fitting(sources, LIMITS.pageEntries), ...content }
    },
    FILE_ANNOUNCE({ roots }, from) {
      registrar.personAt(from)
      announced.set(from, roots)
      return {}
    },
  }
}

function outdated(): PeerError {
  return new PeerError('STALE_VERSION', 'What the registry holds of your share is damaged. Send it again.')
}

/** A search costs one, a further page of it far less. */
class SearchLimits {
  readonly #tuning: RegistryTuning
  #buckets = new WeakMap<Person, { readonly searches: TokenBucket; readonly pages: TokenBucket }>()
  #madeFor: RegistryTuning['searches'] | undefined

  constructor(tuning: RegistryTuning) {
    this.#tuning = tuning
  }

  take(person: Person, isFurtherPage: boolean): void {
    const now = performance.now()
    const { searches, searchPages } = this.#tuning
    if (this.#madeFor !== searches) this.#buckets = new WeakMap()
    this.#madeFor = searches
    const known = this.#buckets.get(person)
    const buckets = known ?? {
      searches: new TokenBucket(searches, now),
      pages: new TokenBucket(searchPages, now),
    }
    if (!known) this.#buckets.set(person, buckets)
    if ((isFurtherPage ? buckets.pages : buckets.searches).take(now)) return
    throw new PeerError('TOO_BUSY', 'That were many searches in a short time. Wait a second.')
  }
}

function pageOfPeople(
  people: People,
  { ids, name, offset, limit }: RequestBody<'PEOPLE'>,
  from: Connection,
): Answer<'PEOPLE'> {
  const asker = askerAt(from)
  const told = (total: number, page: readonly Person[]) => {
    return {
      total,
      people: fitting(
        page.map(person => people.recordFor(person, asker)),
        limit,
      ),
    }
  }
  if (ids === undefined && name === undefined) {
    const { total, page } = people.listFor(from.peerId, offset, limit)
    return told(total, page)
  }
  const named = name === undefined ? undefined : people.withName(name)
  const all = ids ? ids.flatMap(id => people.get(id) ?? []) : named ? [named] : []
  return told(all.length, all.slice(offset, offset + limit))
}

function askerAt(connection: Connection): { id: PeerId; address: string } {
  return { id: connection.peerId, address: connection.remote.host }
}

/** As many records as fit one message. */
function fitting<T extends PersonRecord>(records: readonly T[], limit: number): T[] {
  const page: T[] = []
  let bytes = 0
  for (const record of records.slice(0, limit)) {
    bytes += RECORD_BYTES + Buffer.byteLength(record.name) + Buffer.byteLength(record.statusText ?? '')
    if (bytes > LIMITS.pageBytes && page.length > 0) break
    page.push(record)
  }
  return page
}
