import type { DnsPacket, DnsRecord, Link } from './link.js'
import { instanceName, type ServiceKind, TTL_SECONDS, TYPES } from './services.js'
import type { Sightings } from './sightings.js'

/** Asked often at first, then once a minute (RFC 6762, 5.2). */
const FIRST_WAIT_MS = 1_000
const MOST_WAIT_MS = 60_000
/** By chance longer, so that peers that started together don't ask together. */
const JITTER = 0.25
/** Those that are known need not answer: as many as fit a packet that no network cuts. */
const MOST_KNOWN = 8

/** Asks on one link who is there, as seldom as serves. */
export class Querier {
  readonly #link: Link
  readonly #kinds: readonly ServiceKind[]
  readonly #sightings: Sightings
  #wait = FIRST_WAIT_MS
  #timer: NodeJS.Timeout | undefined

  constructor(link: Link, kinds: readonly ServiceKind[], sightings: Sightings) {
    this.#link = link
    this.#kinds = kinds
    this.#sightings = sightings
    if (kinds.length > 0) this.#ask()
  }

  /** Somebody else asks: where that is all that this side would ask, their answers serve both (RFC 6762, 7.3). */
  heard({ questions, answers }: DnsPacket): void {
    const asks = (kind: ServiceKind) => questions.some(({ name }) => name.toLowerCase() === TYPES[kind])
    if (answers.length > 0 || this.#wait < MOST_WAIT_MS || !this.#kinds.every(asks)) return
    this.#askLater()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #ask(): void {
    const questions = this.#kinds.map(kind => ({ name: TYPES[kind], type: 'PTR' as const }))
    this.#link.query(
      questions,
      this.#kinds.flatMap(kind => this.#known(kind)),
    )
    this.#askLater()
    this.#wait = Math.min(this.#wait * 2, MOST_WAIT_MS)
  }

  #askLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#ask(), this.#wait * (1 + Math.random() * JITTER)).unref()
  }

  #known(kind: ServiceKind): DnsRecord[] {
    const known = this.#sightings.known(kind, performance.now(), TTL_SECONDS / 2, MOST_KNOWN)
    return known.map(({ id, ttl }) => ({
      name: TYPES[kind],
      type: 'PTR',
      ttl,
      data: instanceName(kind, id),
    }))
  }
}
