import { hasCode, isPeerError } from '../../errors/index.js'
import { type Identity, type PeerId, shortId } from '../../identity/index.js'
import { touch } from '../../wire/index.js'
import { joinAddress } from '../address.js'
import { answersToArp } from './neighbours.js'
import { isInside, type OwnNetwork } from './networks.js'

/** Whom to try, and what is known of them otherwise. */
export interface WayOptions {
  readonly identity: Identity
  readonly hosts: readonly string[]
  readonly port: number
  /** Who must answer; anyone where it isn't known. */
  readonly expect?: PeerId
  readonly networks: readonly OwnNetwork[]
  /** Why they are there, though they may not answer: "the registry is connected to them". */
  readonly there?: string
  /** Whose computer it is, as `ben’s` or `the registry’s`. */
  readonly whose: string
  readonly signal: AbortSignal
}

/** How trying to connect went. */
export type Way =
  | { readonly ok: true; readonly seen: string }
  | {
      readonly ok: false
      readonly seen: string
      readonly remedy: string
      /** The address that told the most. */
      readonly host: string
      /** Who answers there in place of whom was expected. */
      readonly other?: PeerId
    }

const TRY_MS = 4_000

/** Tries each address, and tells of the first that answers, or why none does. */
export async function tryWay(options: WayOptions): Promise<Way> {
  const { hosts, port } = options
  const tries = await Promise.all(hosts.map(async host => tryHost(options, host)))
  const first = tries.find(({ ok }) => ok) ?? tries.find(way => 'other' in way) ?? tries[0]
  if (first) return first
  return {
    ok: false,
    seen: `No address is known to try, only port ${port}.`,
    remedy: 'Start tsPeer there again.',
    host: '',
  }
}

async function tryHost(options: WayOptions, host: string): Promise<Way> {
  const { identity, port, expect, signal } = options
  const at = joinAddress(host, port)
  const started = performance.now()
  try {
    await touch({ identity, host, port, signal, timeoutMs: TRY_MS, ...(expect ? { expect } : {}) })
    return { ok: true, seen: `${at} answers in ${Math.ceil(performance.now() - started)} ms.` }
  } catch (error) {
    signal.throwIfAborted()
    return hasCode(error, 'WRONG_PEER') ? anotherKey(options, host) : outOfReach(options, host, error)
  }
}

/** Someone else answers: who? */
async function anotherKey({ identity, port, whose, signal }: WayOptions, host: string): Promise<Way> {
  const other = await touch({ identity, host, port, signal, timeoutMs: TRY_MS }).catch(() => undefined)
  const at = joinAddress(host, port)
  return {
    ok: false,
    host,
    seen: `Another key answers at ${at}${other ? ` (${shortId(other)})` : ''}, not ${whose}.`,
    remedy:
      'Either tsPeer was set up anew there, or another computer has that address now. Ask them before you trust the new key.',
    ...(other ? { other } : {}),
  }
}

async function outOfReach(
  { port, networks, there, whose, signal }: WayOptions,
  host: string,
  error: unknown,
): Promise<Way> {
  const at = joinAddress(host, port)
  const cause = isPeerError(error) ? String(error.details.cause ?? '') : ''
  const ranges = networks.map(({ range }) => range).join(', ') || 'none'
  const fail = (seen: string, remedy: string): Way => ({ ok: false, seen, remedy, host })
  if (hasCode(error, 'NOT_A_PEER') || hasCode(error, 'TIMEOUT'))
    return fail((error as Error).message, 'Another program has that port. Check the address and the port.')
  if (cause === 'ECONNREFUSED')
    return there
      ? fail(
          `${at} refuses the connection, though ${there}.`,
          `A firewall on ${whose} computer, or between, closes port ${port}. Open it there.`,
        )
      : fail(`${at}: the computer is there, but nothing listens on port ${port}.`, 'Start it there.')
  if (cause === 'ENOTFOUND' || cause === 'EAI_AGAIN')
    return fail((error as Error).message, 'Check the spelling, or use the address in numbers.')
  if (!isInside(networks, host))
    return fail(
      `${at} is in another network and can’t be reached from this one (${ranges}).`,
      'Join the same network, or ask who runs the two networks to let computers of one reach the other.',
    )
  const answers = cause === 'EHOSTUNREACH' ? false : await answersToArp(host, signal)
  if (answers === false)
    return fail(
      `No computer answers at ${host}, which would be in this network.`,
      'Is it switched on, and connected to this network? Its address may have changed.',
    )
  return fail(
    `${at} does not answer${answers ? ', though the computer is there' : ''}${there ? `, though ${there}` : ''}.`,
    `A firewall on ${whose} computer, or between, drops the connection. Let TCP port ${port} in there.`,
  )
}
