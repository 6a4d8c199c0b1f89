import type { PeerId } from '../../identity/index.js'
import { LIMITS } from '../../wire/index.js'

/** One connection that is counted. */
export interface Counted {
  /** Its peer is known now; false when that peer has enough connections. */
  name(peer: PeerId): boolean
  /** It is closed; safe to call twice. */
  leave(): void
}

/** How many connections there are: of an address before hello, of a peer after it, and in all. */
export class ConnectionCounts {
  readonly #limits: Pick<typeof LIMITS, 'connectionsBeforeHello' | 'connectionsAPeer' | 'connectionsOfPeer'>
  readonly #unnamed = new Map<string, number>()
  readonly #named = new Map<PeerId, number>()
  #all = 0

  constructor(limits = LIMITS) {
    this.#limits = limits
  }

  /** Counts one that came from this address; undefined when it is one too many. */
  enter(address: string): Counted | undefined {
    const exempt = isLoopback(address)
    const waiting = this.#unnamed.get(address) ?? 0
    if (this.#all >= this.#limits.connectionsOfPeer) return undefined
    if (!exempt && waiting >= this.#limits.connectionsBeforeHello) return undefined
    this.#all++
    add(this.#unnamed, address, 1)
    let peer: PeerId | undefined
    let left = false
    return {
      name: id => {
        if ((this.#named.get(id) ?? 0) >= this.#limits.connectionsAPeer) return false
        peer = id
        add(this.#unnamed, address, -1)
        add(this.#named, id, 1)
        return true
      },
      leave: () => {
        if (left) return
        left = true
        this.#all--
        if (peer === undefined) add(this.#unnamed, address, -1)
        else add(this.#named, peer, -1)
      },
    }
  }
}

function add<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}
