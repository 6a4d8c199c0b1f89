import type { Place, Sighting } from '../discovery/index.js'
import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Answer, Connection, PersonRecord } from '../wire/index.js'

/** What the people side without a registry needs of the peer. */
export interface NearbyOptions {
  /** Whether the registry answers for someone: then they are not asked here. */
  readonly isKnownOnline: (id: PeerId) => boolean
  /** The control connection to someone, dialled when there is none. */
  readonly connect: (id: PeerId, signal: AbortSignal) => Promise<Connection>
  /** Someone is here: what they say of themselves, and where they are. */
  readonly onHere: (record: PersonRecord) => Promise<void>
  /** Someone is here no more, or can't be reached though they are seen. */
  readonly onGone: (id: PeerId) => void
  readonly log: Logger
}

/** People held a connection to, so that they are seen to come and go; and dialled at once. */
const MOST_HERE = 256
const MOST_DIALLED = 8
/** Whoever can't be reached is tried again after this, twice as long each time. */
const FIRST_RETRY_MS = 1_000
const MOST_RETRY_MS = 60_000
/** What people say of themselves is asked again so often. */
const ASK_AGAIN_MS = 30_000

interface Near {
  places: readonly Place[]
  state: 'waiting' | 'asking' | 'here'
  failures: number
  retryAt: number
  /** Settles when they have said who they are, or won't. */
  asked?: Promise<void>
}

/** The people of the same network whom no registry answers for: each is asked who they are. */
export class Nearby {
  readonly #options: NearbyOptions
  readonly #near = new Map<PeerId, Near>()
  readonly #closing = new AbortController()
  readonly #again: NodeJS.Timeout
  #retry: NodeJS.Timeout | undefined

  constructor(options: NearbyOptions) {
    this.#options = options
    this.#again = setInterval(() => this.askAgain(), ASK_AGAIN_MS).unref()
  }

  /** Where someone was seen; undefined when they were not. */
  where(id: PeerId): { readonly hosts: readonly string[]; readonly port: number } | undefined {
    const [first, ...more] = this.#near.get(id)?.places ?? []
    if (!first) return undefined
    const { port } = first
    return { hosts: [first, ...more.filter(place => place.port === port)].map(({ host }) => host), port }
  }

  /** Those who are seen now. */
  seen(): readonly PeerId[] {
    return [...this.#near].flatMap(([id, { places }]) => (places.length > 0 ? [id] : []))
  }

  /** Whether someone is seen, or connected and asked. */
  isNear(id: PeerId): boolean {
    const near = this.#near.get(id)
    return near !== undefined && (near.places.length > 0 || near.state === 'here')
  }

  /** While someone is being asked who they are, when they have said so; it never rejects. */
  introduction(id: PeerId): Promise<void> | undefined {
    return this.#near.get(id)?.asked
  }

  take({ id, places }: Sighting): void {
    const near = this.#nearOf(id)
    near.places = places
    near.retryAt = 0
    near.failures = 0
    this.#forgetIfGone(id)
    this.look()
  }

  /** A connection is open: whoever it is with can say who they are. */
  opened(connection: Connection): void {
    const { peerId } = connection
    if (this.#options.isKnownOnline(peerId)) return
    const near = this.#nearOf(peerId)
    if (near.state === 'waiting') void this.#ask(peerId, near, async () => connection)
  }

  ended(id: PeerId): void {
    const near = this.#near.get(id)
    if (near?.state !== 'here') return
    near.state = 'waiting'
    near.retryAt = performance.now() + FIRST_RETRY_MS
    this.#options.onGone(id)
    this.#forgetIfGone(id)
    this.look()
  }

  /** Asks those seen for whom nobody answers: to be called when the registry is there no more. */
  look(): void {
    if (this.#closing.signal.aborted) return
    clearTimeout(this.#retry)
    const count = (state: Near['state']) =>
      [...this.#near.values()].filter(near => near.state === state).length
    let dialled = count('asking')
    let room = MOST_HERE - count('here') - dialled
    let soonest = Number.POSITIVE_INFINITY
    for (const [id, near] of this.#near) {
      if (near.state !== 'waiting' || near.places.length === 0 || this.#options.isKnownOnline(id)) continue
      if (near.retryAt > performance.now()) soonest = Math.min(soonest, near.retryAt)
      else if (dialled < MOST_DIALLED && room > 0) {
        dialled++
        room--
        void this.#ask(id, near, signal => this.#options.connect(id, signal))
      }
    }
    if (soonest < Number.POSITIVE_INFINITY)
      this.#retry = setTimeout(() => this.look(), soonest - performance.now()).unref()
  }

  /** Asks those who are here what has changed. */
  askAgain(): void {
    for (const [id, near] of this.#near)
      if (near.state === 'here') void this.#ask(id, near, signal => this.#options.connect(id, signal))
  }

  close(): void {
    this.#closing.abort()
    clearInterval(this.#again)
    clearTimeout(this.#retry)
  }

  #ask(id: PeerId, near: Near, connect: (signal: AbortSignal) => Promise<Connection>): Promise<void> {
    const asked = this.#askNow(id, near, connect).finally(() => {
      if (near.asked === asked) delete near.asked
    })
    near.asked = asked
    return asked
  }

  async #askNow(
    id: PeerId,
    near: Near,
    connect: (signal: AbortSignal) => Promise<Connection>,
  ): Promise<void> {
    const was = near.state
    near.state = 'asking'
    const { signal } = this.#closing
    try {
      const connection = await connect(signal)
      const answer = await connection.request('ABOUT', {}, { signal })
      near.failures = 0
      near.state = connection.open ? 'here' : 'waiting'
      if (connection.open) await this.#options.onHere(this.#record(id, answer, connection))
      else if (was === 'here') this.#options.onGone(id)
    } catch (error) {
      if (signal.aborted) return
      near.state = 'waiting'
      near.retryAt = performance.now() + Math.min(FIRST_RETRY_MS * 2 ** near.failures++, MOST_RETRY_MS)
      this.#options.log.debug('someone seen can’t be reached', { id, error: String(error) })
      this.#options.onGone(id)
      this.#forgetIfGone(id)
    }
    this.look()
  }

  #record(id: PeerId, about: Answer<'ABOUT'>, { remote }: Connection): PersonRecord {
    const hosts = this.where(id)?.hosts ?? [remote.host]
    return { ...about, id, online: true, lastSeen: Date.now(), addresses: hosts.slice(0, MOST_ADDRESSES) }
  }

  #nearOf(id: PeerId): Near {
    const near = this.#near.get(id) ?? { places: [], state: 'waiting', failures: 0, retryAt: 0 }
    this.#near.set(id, near)
    return near
  }

  #forgetIfGone(id: PeerId): void {
    const near = this.#near.get(id)
    if (near?.state === 'waiting' && near.places.length === 0) this.#near.delete(id)
  }
}

const MOST_ADDRESSES = 4
