import type { DnsPacket, DnsRecord, Link } from './link.js'
import { asksFor, instanceName, knownIn, recordsOf, type Service } from './services.js'

/** Everybody answers the same question: each waits a little, so that they don't all at once (RFC 6762, 6). */
const LEAST_WAIT_MS = 20
const MOST_WAIT_MS = 120
/** The same is not said again sooner. */
const QUIET_MS = 1_000
/** After coming up it is said unasked, and once more (RFC 6762, 8.3). */
const SECOND_ANNOUNCEMENT_MS = 1_000

/** Tells of this machine's services on one link. */
export class Responder {
  readonly #link: Link
  readonly #services: readonly Service[]
  #saidAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #second: NodeJS.Timeout | undefined

  constructor(link: Link, services: readonly Service[]) {
    this.#link = link
    this.#services = services
    if (services.length === 0) return
    this.#say()
    this.#second = setTimeout(() => this.#say(), SECOND_ANNOUNCEMENT_MS).unref()
  }

  take(packet: DnsPacket): void {
    const known = knownIn(packet)
    const isWanted = this.#services.some(
      service =>
        !known.has(instanceName(service.kind, service.id)) &&
        packet.questions.some(question => asksFor(service, question)),
    )
    if (!isWanted || this.#timer) return
    const polite = LEAST_WAIT_MS + Math.random() * (MOST_WAIT_MS - LEAST_WAIT_MS)
    const wait = Math.max(polite, this.#saidAt + QUIET_MS - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#say()
    }, wait).unref()
  }

  /** Says that all of it goes. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    clearTimeout(this.#second)
    if (this.#services.length === 0) return
    const gone = this.#services.flatMap(service => {
      const { shared, own } = recordsOf(service, [], 0)
      return [shared, ...own]
    })
    await this.#link.respond(gone, [])
  }

  #say(): void {
    this.#saidAt = performance.now()
    const answers: DnsRecord[] = []
    const additionals: DnsRecord[] = []
    for (const service of this.#services) {
      const { shared, own } = recordsOf(service, this.#link.way.addresses)
      answers.push(shared)
      additionals.push(...own)
    }
    void this.#link.respond(answers, additionals)
  }
}
