import type { FoundRegistry } from '../api/index.js'
import {
  createDiscovery,
  type Discovery,
  parseRanges,
  type Scope,
  type Service,
  type Sighting,
} from '../discovery/index.js'
import type { Logger } from '../log/index.js'
import { joinAddress } from './address.js'

export interface AroundOptions {
  /** Where to look; undefined for nowhere. */
  readonly scope: Scope | undefined
  readonly service: Service
  readonly onPeer: (sighting: Sighting) => void
  /** All that are seen now. */
  readonly onRegistries: (found: readonly FoundRegistry[]) => void
  readonly log: Logger
}

/** Whoever wants to be found can make others remember no more than this. */
const MOST_REGISTRIES = 32

/** What this peer sees of the network around it, while the person wants that. */
export class Around {
  readonly #options: AroundOptions
  #discovery: Discovery | undefined
  #closing = Promise.resolve()
  #probe = ''

  constructor(options: AroundOptions) {
    this.#options = options
  }

  /** Finds and is found from now on, or not; `probe` is the ranges of addresses that are asked one by one. */
  async set(on: boolean, probe: string): Promise<void> {
    const { scope, service, log } = this.#options
    if (!on || !scope) return this.close()
    if (probe !== this.#probe) await this.close()
    await this.#closing
    this.#probe = probe
    this.#discovery ??= createDiscovery({
      ...scope,
      services: [service],
      look: ['peer', 'registry'],
      probe: parseRanges(probe),
      onChange: sighting => this.#changed(sighting),
      log,
    })
  }

  /** Whether it looks, and is found. */
  get isOn(): boolean {
    return this.#discovery !== undefined
  }

  registries(): readonly FoundRegistry[] {
    const seen = this.#discovery?.seen('registry') ?? []
    return seen.slice(0, MOST_REGISTRIES).flatMap(({ id, places }) => {
      const [first] = places
      return first ? [{ id, address: joinAddress(first.host, first.port) }] : []
    })
  }

  /** Asks again who is there. */
  refresh(): void {
    this.#discovery?.refresh()
  }

  /** Says goodbye. */
  close(): Promise<void> {
    const discovery = this.#discovery
    this.#discovery = undefined
    if (discovery) this.#closing = this.#end(discovery)
    return this.#closing
  }

  async #end(discovery: Discovery): Promise<void> {
    for (const { kind, id } of discovery.seen('peer')) this.#options.onPeer({ kind, id, places: [] })
    await discovery.close()
    this.#options.onRegistries([])
  }

  #changed(sighting: Sighting): void {
    if (sighting.kind === 'registry') this.#options.onRegistries(this.registries())
    else if (sighting.id !== this.#options.service.id) this.#options.onPeer(sighting)
  }
}
