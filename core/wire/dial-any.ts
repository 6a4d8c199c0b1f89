import { setTimeout as delay } from 'node:timers/promises'
import { isPeerError, PeerError } from '../errors/index.js'
import type { Connection } from './connection.js'
import { type DialOptions, dial } from './dial.js'
import { LIMITS } from './limits.js'

/** The next address is tried beside those before it after this long. */
const NEXT_ADDRESS_MS = 500
/** One more than a peer may declare: the one the registry saw. Nobody makes us dial a whole network. */
const MOST_ADDRESSES = LIMITS.addresses + 1

/** Dials the addresses of one target, each a little after the one before it; the first that answers wins. */
export async function dialAny(
  options: Omit<DialOptions, 'host'> & { readonly hosts: readonly string[]; readonly signal: AbortSignal },
): Promise<Connection> {
  const { hosts, signal } = options
  const enough = new AbortController()
  const stop = AbortSignal.any([signal, enough.signal])
  const tries = hosts.slice(0, MOST_ADDRESSES).map(async (host, place) => {
    if (place > 0) await delay(place * NEXT_ADDRESS_MS, undefined, { signal: stop })
    const connection = await dial({ ...options, host, signal: stop })
    if (enough.signal.aborted) await connection.close()
    else enough.abort()
    return connection
  })
  try {
    return await Promise.any(tries)
  } catch (error) {
    signal.throwIfAborted()
    const failures: unknown[] = error instanceof AggregateError ? error.errors : [error]
    throw failures.find(isPeerError) ?? new PeerError('UNREACHABLE', 'No address of that peer is known.')
  } finally {
    enough.abort()
  }
}
