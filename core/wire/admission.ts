import { isIPv6 } from 'node:net'
import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Limits } from './limits.js'

/** How many connections there may be: counted before a byte of them is read. */
export class Admission {
  readonly #limits: Limits
  readonly #exempt: (address: string) => boolean
  readonly #strangers = new Map<string, number>()
  readonly #friends = new Map<PeerId, number>()

  constructor(limits: Limits, exempt: (address: string) => boolean) {
    this.#limits = limits
    this.#exempt = exempt
  }

  /**
   * Counts a connection that has said nothing yet. Undefined when its address has too many of them; else
   * call the returned function once, when it has said hello or is gone.
   */
  enter(address: string): (() => void) | undefined {
    if (this.#exempt(address)) return () => {}
    const key = addressKey(address)
    return take(this.#strangers, key, this.#limits.connectionsBeforeHello)
  }

  /** Counts a connection of a peer; the error to say goodbye with when it has too many. */
  admit(peer: PeerId): PeerError | (() => void) {
    const leave = take(this.#friends, peer, this.#limits.connectionsAPeer)
    return leave ?? new PeerError('TOO_BUSY', 'There are too many connections from you already.')
  }
}

function take<K>(counts: Map<K, number>, key: K, limit: number): (() => void) | undefined {
  const count = counts.get(key) ?? 0
  if (count >= limit) return undefined
  counts.set(key, count + 1)
  let taken = true
  return () => {
    if (!taken) return
    taken = false
    const left = (counts.get(key) ?? 1) - 1
    if (left > 0) counts.set(key, left)
    else counts.delete(key)
  }
}

/** This machine itself: 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address)
}

/**
 * What counts as one address in a limit: one who has an IPv6 network can have any address of its /64; link-local
 * ones all share theirs.
 */
export function addressKey(address: string): string {
  if (!isIPv6(address) || /^fe[89ab]/i.test(address)) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = head.split(':')
  const missing = 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const all = address.includes('::') ? [...groups, ...Array<string>(Math.max(0, missing)).fill('0')] : groups
  return all.slice(0, 4).join(':')
}

/** An IPv4 address that came in over a socket for both families, as IPv4. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
