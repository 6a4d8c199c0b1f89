import { PeerError } from '../core/errors/index.js'
import type { Identity } from '../core/identity/index.js'
import { type Connection, type RequestHandlers, tryBack } from '../core/wire/index.js'
import type { People } from './people.js'
import { TokenBucket } from './rates.js'
import type { Registrar } from './registrar.js'

export interface ReachOptions {
  readonly identity: Identity
  readonly people: People
  readonly registrar: Registrar
}

const MOST_TRIES = 32
/** How often one connection may ask for a try, and for someone to be called. */
const TRIES = { aSecond: 0.2, burst: 5 }
const CALLS = { aSecond: 1, burst: 20 }

/** How a registry helps people who can't reach each other: it tries their ports, and passes on that someone calls. */
export function reachHandlers({ identity, people, registrar }: ReachOptions): RequestHandlers {
  const mayTry = atMost(TRIES)
  const mayCall = atMost(CALLS)
  let running = 0
  return {
    async TRY_ME({ port }, from, signal) {
      registrar.personAt(from)
      if (!mayTry(from) || running >= MOST_TRIES) throw tooOften()
      running++
      try {
        return await tryBack(identity, from, port, signal)
      } finally {
        running--
      }
    },
    async CALL_ME({ id }, from) {
      const person = registrar.personAt(from)
      if (!mayCall(from)) throw tooOften()
      const wanted = people.get(id)
      const to = wanted?.session?.connection
      // Whoever hides from the asker looks like someone offline.
      if (!wanted || !to || !people.shows(wanted, from.peerId))
        throw new PeerError('OFFLINE', 'They are not online.')
      const record = people.recordFor(person, { id, address: to.remote.host })
      await to.notify('CALLED', { person: record })
      return {}
    },
  }
}

function atMost(rate: { readonly aSecond: number; readonly burst: number }) {
  const buckets = new WeakMap<Connection, TokenBucket>()
  return (from: Connection): boolean => {
    const now = performance.now()
    const bucket = buckets.get(from) ?? new TokenBucket(rate, now)
    buckets.set(from, bucket)
    return bucket.take(now)
  }
}

function tooOften(): PeerError {
  return new PeerError('TOO_BUSY', 'That was asked often in a short time. Wait a few seconds.')
}
