import { networkInterfaces } from 'node:os'
import type { Logger } from '../log/index.js'
import { type Interfaces, type Way, waysOf } from './interfaces.js'
import { type DnsPacket, type Link, openLink } from './link.js'
import { type Answerer, answerProbes } from './probe/answerer.js'
import { Prober } from './probe/prober.js'
import type { ProbeRange } from './probe/ranges.js'
import { Querier } from './querier.js'
import { Responder } from './responder.js'
import type { Scope } from './scope.js'
import { heardIn, type Service, type ServiceKind } from './services.js'
import { type Sighting, Sightings } from './sightings.js'

export interface DiscoveryOptions extends Scope {
  /** What is told to others. */
  readonly services: readonly Service[]
  /** Addresses that are asked one by one, where multicast is refused; none by default. */
  readonly probe?: readonly ProbeRange[]
  /** What is looked for; none by default. */
  readonly look?: readonly ServiceKind[]
  /** Somebody is seen, at other places than before, or nowhere any more. Own services are seen too. */
  readonly onChange?: (sighting: Sighting) => void
  readonly log: Logger
  /** Default: those of the system. */
  readonly interfaces?: Interfaces
}

/** Finds and is found by DNS-SD (RFC 6763) over multicast DNS, on every interface, as they come and go. */
export interface Discovery {
  /** Who is seen now. */
  seen(kind: ServiceKind): readonly Sighting[]
  /** Asks again at once, as at the start: after a sleep, or when a person looks. */
  refresh(): void
  /** Says goodbye. Safe to call twice. */
  close(): Promise<void>
}

const PORT = 5353
/** Where a registry and a peer listen, if nothing is in the way. */
const PROBED_PORTS = [7470, 7471]
/** Who answered a probe is known until the next round, and a little longer. */
const PROBED_TTL_SECONDS = 20 * 60
/** The system tells of no changes of its interfaces: they are looked at so often, and what is old is dropped. */
const LOOK_MS = 3_000

export function createDiscovery(options: DiscoveryOptions): Discovery {
  return new RunningDiscovery(options)
}

interface OpenWay {
  readonly link: Link
  readonly responder: Responder
  querier: Querier
}

class RunningDiscovery implements Discovery {
  readonly #options: DiscoveryOptions
  readonly #sightings: Sightings
  readonly #open = new Map<string, OpenWay>()
  readonly #timer: NodeJS.Timeout
  readonly #answerers: readonly Answerer[]
  readonly #prober: Prober | undefined
  #closing: Promise<void> | undefined

  constructor(options: DiscoveryOptions) {
    this.#options = options
    this.#sightings = new Sightings(sighting => {
      if (!this.#closing) options.onChange?.(sighting)
    })
    this.#answerers = this.#answer()
    this.#prober = this.#probe()
    this.#follow()
    this.#timer = setInterval(() => {
      this.#follow()
      this.#sightings.expire(performance.now())
    }, LOOK_MS).unref()
  }

  seen(kind: ServiceKind): readonly Sighting[] {
    return this.#sightings.list(kind)
  }

  refresh(): void {
    for (const way of this.#open.values()) {
      way.querier.close()
      way.querier = this.#querierOf(way.link)
    }
    this.#prober?.refresh()
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([
      ...[...this.#open.keys()].map(key => this.#closeWay(key)),
      ...this.#answerers.map(answerer => answerer.close()),
      this.#prober?.close(),
    ])
  }

  /** Probes are answered where a service is: on the UDP port of its number. */
  #answer(): Answerer[] {
    const { services, internal = false, log } = this.#options
    if (internal) return []
    return services.map(({ port }) =>
      answerProbes(services, port, error =>
        log.debug('probes are not answered', { port, error: error.message }),
      ),
    )
  }

  #probe(): Prober | undefined {
    const { probe: ranges = [] } = this.#options
    if (ranges.length === 0) return undefined
    return new Prober({
      ranges,
      ports: PROBED_PORTS,
      onAnswer: (services, host) => {
        const heard = services.map(service => ({ ...service, ttl: PROBED_TTL_SECONDS }))
        this.#sightings.take(heard, host, performance.now())
      },
    })
  }

  /** Opens what has come, closes what has gone. */
  #follow(): void {
    const { interfaces = networkInterfaces, internal = false } = this.#options
    const ways = new Map(waysOf(interfaces, internal).map(way => [way.key, way]))
    for (const key of this.#open.keys()) if (!ways.has(key)) void this.#closeWay(key)
    for (const way of ways.values()) if (!this.#open.has(way.key)) this.#openWay(way)
  }

  #openWay(way: Way): void {
    const { services, port = PORT, log } = this.#options
    const link = openLink({
      way,
      port,
      onQuery: packet => {
        this.#open.get(way.key)?.responder.take(packet)
        this.#open.get(way.key)?.querier.heard(packet)
      },
      onResponse: (packet: DnsPacket, from) => this.#sightings.take(heardIn(packet), from, performance.now()),
      onFault: error => log.debug('no multicast', { via: way.via, error: error.message }),
    })
    log.debug('looking around', { via: way.via })
    this.#open.set(way.key, {
      link,
      responder: new Responder(link, services),
      querier: this.#querierOf(link),
    })
  }

  #querierOf(link: Link): Querier {
    return new Querier(link, this.#options.look ?? [], this.#sightings)
  }

  async #closeWay(key: string): Promise<void> {
    const way = this.#open.get(key)
    this.#open.delete(key)
    way?.querier.close()
    await way?.responder.close()
    await way?.link.close()
  }
}
