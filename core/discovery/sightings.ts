import type { PeerId } from '../identity/index.js'
import { type Heard, instanceName, type ServiceKind } from './services.js'

/** Someone who tells of themselves on the network, and where; best first. Nothing of it is proved: a connection does that. */
export interface Sighting {
  readonly kind: ServiceKind
  readonly id: PeerId
  readonly places: readonly Place[]
}

export interface Place {
  /** The address that said so, with its scope where IPv6 needs one. */
  readonly host: string
  readonly port: number
}

interface Seen {
  readonly kind: ServiceKind
  readonly id: PeerId
  /** By host. */
  readonly places: Map<string, { readonly port: number; readonly until: number }>
}

/** What one network may make a peer remember: in all, of one sender, of one id. */
const MOST_SEEN = 4_096
const MOST_OF_A_HOST = 64
const MOST_PLACES = 8

/** Who was seen, until they say goodbye or are not heard of any more. */
export class Sightings {
  readonly #seen = new Map<string, Seen>()
  readonly #ofHost = new Map<string, number>()
  readonly #onChange: (sighting: Sighting) => void

  /** Told of each change; somebody without a place is gone. */
  constructor(onChange: (sighting: Sighting) => void) {
    this.#onChange = onChange
  }

  /** Takes what a sender says; `now` in ms. */
  take(heard: readonly Heard[], host: string, now: number): void {
    for (const { kind, id, port, ttl } of heard) {
      const seen = this.#seen.get(instanceName(kind, id))
      if (ttl === 0) {
        if (seen?.places.has(host)) this.#remove(seen, host)
      } else if (this.#hasRoom(seen, host)) {
        this.#put(seen ?? { kind, id, places: new Map() }, host, { port, until: now + ttl * 1_000 })
      }
    }
  }

  /** Drops what was not heard of for too long. */
  expire(now: number): void {
    for (const seen of this.#seen.values())
      for (const [host, { until }] of seen.places) if (until <= now) this.#remove(seen, host)
  }

  list(kind: ServiceKind): Sighting[] {
    return [...this.#seen.values()].filter(seen => seen.kind === kind).map(shown)
  }

  /** Those of a kind that will be known for longer than this yet, with how many seconds, at most so many. */
  known(kind: ServiceKind, now: number, overSeconds: number, most: number): { id: PeerId; ttl: number }[] {
    const known: { id: PeerId; ttl: number }[] = []
    for (const seen of this.#seen.values()) {
      if (seen.kind !== kind) continue
      const until = Math.max(...[...seen.places.values()].map(place => place.until))
      const ttl = Math.floor((until - now) / 1_000)
      if (ttl > overSeconds) known.push({ id: seen.id, ttl })
      if (known.length === most) break
    }
    return known
  }

  #hasRoom(seen: Seen | undefined, host: string): boolean {
    if (seen?.places.has(host)) return true
    if ((this.#ofHost.get(host) ?? 0) >= MOST_OF_A_HOST) return false
    return seen ? seen.places.size < MOST_PLACES : this.#seen.size < MOST_SEEN
  }

  #put(seen: Seen, host: string, place: { readonly port: number; readonly until: number }): void {
    const before = seen.places.get(host)
    seen.places.set(host, place)
    if (!before) this.#ofHost.set(host, (this.#ofHost.get(host) ?? 0) + 1)
    this.#seen.set(instanceName(seen.kind, seen.id), seen)
    if (before?.port !== place.port) this.#onChange(shown(seen))
  }

  #remove(seen: Seen, host: string): void {
    seen.places.delete(host)
    const left = (this.#ofHost.get(host) ?? 1) - 1
    if (left === 0) this.#ofHost.delete(host)
    else this.#ofHost.set(host, left)
    if (seen.places.size === 0) this.#seen.delete(instanceName(seen.kind, seen.id))
    this.#onChange(shown(seen))
  }
}

function shown({ kind, id, places }: Seen): Sighting {
  const all = [...places].map(([host, { port }]) => ({ host, port }))
  // IPv4 first: it is what people read, and what firewalls were set up for.
  return { kind, id, places: all.sort((a, b) => Number(a.host.includes(':')) - Number(b.host.includes(':'))) }
}
