import { createHash } from 'node:crypto'
import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { RegistryClient } from '../registry/index.js'
import { parseQuery } from '../search/index.js'
import type { Connection, SearchAnswer, SearchHit, SearchRequest } from '../wire/index.js'
import { type HitPages, MergedHits } from './merged-hits.js'

/** What searching the network needs of the peer. */
export interface NetworkSearchOptions {
  readonly registry: {
    readonly connected: Pick<RegistryClient, 'search'> | undefined
    /** Rejects with what to do where there is none. */
    required(): unknown
  }
  readonly self: PeerId
  /** People to whom there is a connection. */
  readonly connected: () => readonly PeerId[]
  /** People who are said to be online. */
  readonly online: () => readonly PeerId[]
  readonly name: (id: PeerId) => string
  readonly connect: (id: PeerId, signal: AbortSignal) => Promise<Pick<Connection, 'request'>>
  readonly log: Logger
  /** How long people are waited for; default 1 s. */
  readonly personMs?: number
}

/** People who are asked themselves. */
const MOST_ASKED = 32
const PERSON_MS = 1_000
/** Whoever can't be reached is left out for this long: else each key typed would wait for them. */
const REST_MS = 10_000
/** Lists that are kept for their next page. */
const MOST_KEPT = 8
const NOTHING: SearchAnswer = { total: 0, complete: true, hits: [] }

interface Kept {
  readonly hits: MergedHits
  readonly session: string | undefined
  readonly stop: AbortController
}

/**
 * Searches what others share: the registry for what is open to everyone, and people themselves for what only some may
 * see, or for everything where there is no registry. What each gives becomes one list.
 */
export class NetworkSearch {
  readonly #options: NetworkSearchOptions
  /** By who typed and what, the latest last. */
  readonly #kept = new Map<string, Kept>()
  /** Those who did not answer, and until when they are left out. */
  readonly #restUntil = new Map<PeerId, number>()

  constructor(options: NetworkSearchOptions) {
    this.#options = options
  }

  /** A page. In a session another query stops the one before, which then rejects with REPLACED. */
  async search({ offset, limit, ...what }: SearchRequest, session?: string): Promise<SearchAnswer> {
    const key = JSON.stringify([session, what])
    if (session !== undefined) this.#stopOthers(session, key)
    const known = offset > 0 ? this.#kept.get(key) : undefined
    const kept = known ?? this.#open(what, session)
    this.#keep(key, kept)
    const answer = await kept.hits.page(offset, limit)
    kept.stop.signal.throwIfAborted()
    return answer
  }

  /** Stops all that is under way. */
  close(): void {
    for (const { stop } of this.#kept.values()) stop.abort(new PeerError('CLOSED', 'The peer is closing.'))
    this.#kept.clear()
  }

  #open(what: Omit<SearchRequest, 'offset' | 'limit'>, session: string | undefined): Kept {
    const { registry } = this.#options
    const query = parseQuery(what.query)
    const client = registry.connected
    const asked = this.#people().filter(id => what.owner === undefined || id === what.owner)
    if (!client && asked.length === 0) registry.required()
    const stop = new AbortController()
    const { signal } = stop
    const lists: HitPages[] = asked.slice(0, MOST_ASKED).map(id => this.#listOf(id, what, !!client, signal))
    if (client) {
      lists.push(async page => {
        signal.throwIfAborted()
        return client.search({ ...what, ...page }, signal)
      })
    }
    return { hits: new MergedHits(query, lists), session, stop }
  }

  /** What a person tells of itself; nothing where it doesn't answer in time. */
  #listOf(
    id: PeerId,
    what: Omit<SearchRequest, 'offset' | 'limit'>,
    restricted: boolean,
    signal: AbortSignal,
  ): HitPages {
    const { connect, name, log, personMs = PERSON_MS } = this.#options
    return async page => {
      signal.throwIfAborted()
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(personMs)])
      try {
        const connection = await connect(id, inTime)
        const request = { ...what, ...page, ...(restricted ? { restricted } : {}) }
        const answer = await connection.request('FILE_SEARCH', request, { signal: inTime })
        return { ...answer, hits: answer.hits.map(hit => ownedBy(id, name(id), hit)) }
      } catch (error) {
        signal.throwIfAborted()
        this.#restUntil.set(id, performance.now() + REST_MS)
        log.debug('someone did not answer a search', { id, error: String(error) })
        return NOTHING
      }
    }
  }

  /** Those who are connected first; of the others, each peer asks others first, so that not all ask the same. */
  #people(): readonly PeerId[] {
    const { self, connected, online } = this.#options
    const now = performance.now()
    for (const [id, until] of this.#restUntil) if (until < now) this.#restUntil.delete(id)
    const first = new Set(connected())
    const others = online().filter(id => id !== self && !first.has(id) && !this.#restUntil.has(id))
    if (first.size + others.length <= MOST_ASKED) return [...first, ...others]
    const places = others.map(id => [createHash('sha256').update(self).update(id).digest('hex'), id] as const)
    places.sort((a, b) => (a[0] < b[0] ? -1 : 1))
    return [...first, ...places.map(([, id]) => id)]
  }

  #stopOthers(session: string, key: string): void {
    for (const [other, kept] of this.#kept) {
      if (kept.session !== session || other === key) continue
      kept.stop.abort(new PeerError('REPLACED', 'A newer search took the place of this one.'))
      this.#kept.delete(other)
    }
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break
      this.#kept.delete(oldest)
    }
  }
}

/** Whoever is asked can speak only of itself. */
function ownedBy(id: PeerId, name: string, hit: SearchHit): SearchHit {
  return { ...hit, owners: [{ id, name, online: true, path: hit.path }], ownerCount: 1 }
}
