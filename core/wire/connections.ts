import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { hasCode, PeerError } from '../errors/index.js'
import type { Identity, PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Connection, Handlers } from './connection.js'
import { dialAny } from './dial-any.js'
import { LIMITS, type Limits } from './limits.js'

/** Where someone may be dialled: several addresses, most likely first, and their control port. */
export interface Reachable {
  readonly hosts: readonly string[]
  readonly port: number
}

/** How connections to other peers are made. */
export interface ConnectionsOptions {
  readonly identity: Identity
  readonly features?: readonly string[]
  readonly handlers: Handlers
  /** Where someone is; rejects (OFFLINE) when that is unknown. */
  readonly resolve: (id: PeerId, signal: AbortSignal) => Promise<Reachable>
  /**
   * Asks someone who can't be dialled to dial here instead, by another way; rejects when there is none.
   */
  readonly callBack?: (id: PeerId, signal: AbortSignal) => Promise<void>
  /** Told when the connection of a pair opens, and when it has ended and no other took its place. */
  readonly onOpen?: (connection: Connection) => void
  readonly onEnd?: (id: PeerId, why: PeerError | undefined) => void
  readonly limits?: Partial<Limits>
  readonly log: Logger
}

/** The one control connection with each of several peers. */
export interface Connections {
  /** The open one, or a new one. Several who ask at once share it. */
  to(id: PeerId, signal: AbortSignal): Promise<Connection>
  /** Takes one that the other side made (`onConnection` of a listener); the error says why it is refused. */
  accept(connection: Connection): PeerError | undefined
  /** The open one, if there is one. */
  find(id: PeerId): Connection | undefined
  open(): readonly Connection[]
  /** Ends all, and what is being dialled. Safe to call twice. */
  close(reason?: PeerError): Promise<void>
}

/** Connections that two peers made to each other at once are both younger than this. */
const TOGETHER_MS = LIMITS.handshakeMs
/** A connection that gives way to another may finish what is asked on it, for no longer than this. */
const RETIRE_MS = LIMITS.requestMs
/** By then the other side has seen the other connection too, and asks nothing on this one any more. */
const QUIET_MS = 1_000
const LOOK_MS = 50
/** Whoever does not answer for so long is asked to dial back, and then waited for. */
const CALL_BACK_AFTER_MS = 2_000
const CALLED_MS = 8_000

interface Held {
  readonly connection: Connection
  readonly since: number
}

interface Dialling {
  /** Our own connection, or the one the other side made meanwhile, whichever is there first. */
  readonly done: Promise<Connection>
  readonly overtake: (theirs: Connection) => void
  readonly stop: AbortController
  askers: number
}

/** Keeps at most one control connection a peer, whoever dials. */
export function createConnections(options: ConnectionsOptions): Connections {
  return new PairConnections(options)
}

class PairConnections implements Connections {
  readonly #options: ConnectionsOptions
  readonly #held = new Map<PeerId, Held>()
  readonly #dialling = new Map<PeerId, Dialling>()
  /** What must have ended before `close` has. */
  readonly #running = new Set<Promise<unknown>>()
  readonly #closed = new AbortController()

  constructor(options: ConnectionsOptions) {
    this.#options = options
  }

  find(id: PeerId): Connection | undefined {
    const connection = this.#held.get(id)?.connection
    return connection?.open ? connection : undefined
  }

  open(): readonly Connection[] {
    return [...this.#held.values()].map(({ connection }) => connection).filter(({ open }) => open)
  }

  async to(id: PeerId, signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted()
    this.#closed.signal.throwIfAborted()
    const open = this.find(id)
    if (open) return open
    if (id === this.#options.identity.id) throw new PeerError('BAD_INPUT', 'That is this peer itself.')
    const dialling = this.#dialling.get(id) ?? this.#startDialling(id)
    dialling.askers++
    try {
      return await untilAborted(dialling.done, signal)
    } finally {
      // Nobody waits any more. A dial that their connection overtook goes on, for it may be the one to stay.
      if (--dialling.askers === 0 && !this.find(id)) dialling.stop.abort(signal.reason)
    }
  }

  accept(connection: Connection): PeerError | undefined {
    if (this.#closed.signal.aborted) return new PeerError('CLOSED', 'The other side is closing.')
    const refusal = this.#keep(connection)
    if (refusal) return refusal
    // Ours goes on, for the other side may be using it already; which of the two stays is seen when it opens.
    this.#dialling.get(connection.peerId)?.overtake(connection)
    return undefined
  }

  async close(reason?: PeerError): Promise<void> {
    this.#closed.abort(reason ?? new PeerError('CLOSED', 'The peer is closing.'))
    for (const { connection } of this.#held.values()) this.#run(connection.close(reason))
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #startDialling(id: PeerId): Dialling {
    const stop = new AbortController()
    let overtake: (theirs: Connection) => void = () => {}
    const theirs = new Promise<Connection>(resolve => {
      overtake = resolve
    })
    const ours = this.#dial(id, AbortSignal.any([stop.signal, this.#closed.signal]), theirs).finally(() => {
      if (this.#dialling.get(id) === dialling) this.#dialling.delete(id)
    })
    const done = Promise.race([ours, theirs])
    const dialling: Dialling = { done, overtake, stop, askers: 0 }
    this.#dialling.set(id, dialling)
    this.#run(ours.catch(() => {})) // those who asked are told
    return dialling
  }

  async #dial(id: PeerId, signal: AbortSignal, theirs: Promise<Connection>): Promise<Connection> {
    const { identity, features = [], handlers, limits = {}, log, resolve } = this.#options
    const call = this.#callLater(id, signal)
    let refusal: unknown
    try {
      const { hosts, port } = await resolve(id, signal)
      call.start()
      const about = { identity, features, handlers, limits, log, role: 'peer', purpose: 'control' } as const
      const made = await dialAny({ ...about, hosts, port, expect: id, signal })
      refusal = this.#keep(made)
      if (!refusal) return made
      this.#retire(made)
    } catch (error) {
      refusal = error
      const wait = new AbortController()
      if (isOutOfReach(error) && (await call.now()))
        await Promise.race([theirs, delay(CALLED_MS, undefined, { signal: wait.signal })]).catch(() => {})
      wait.abort()
    } finally {
      call.stop()
    }
    // The other side may have dialled too, and its connection serves as well.
    const open = this.find(id)
    if (open) return open
    throw refusal
  }

  /** Asks someone to dial back, once: when they have not answered for a while, or at once when they can't be reached. */
  #callLater(id: PeerId, signal: AbortSignal) {
    const { callBack, log } = this.#options
    let timer: NodeJS.Timeout | undefined
    let calling: Promise<boolean> | undefined
    const now = (): Promise<boolean> => {
      clearTimeout(timer)
      calling ??= callBack
        ? callBack(id, signal).then(
            () => true,
            error => {
              log.debug('they can’t be asked to dial back', { id, error: String(error) })
              return false
            },
          )
        : Promise.resolve(false)
      return calling
    }
    return {
      start: () => {
        if (callBack) timer = setTimeout(now, CALL_BACK_AFTER_MS)
      },
      now,
      stop: () => clearTimeout(timer),
    }
  }

  /** Makes it the connection of its pair, or tells why another one stays. */
  #keep(connection: Connection): PeerError | undefined {
    const id = connection.peerId
    const held = this.#held.get(id)
    const now = performance.now()
    if (held?.connection.open && this.#staysOver(held, connection, now)) return replaced()
    this.#held.set(id, { connection, since: now })
    if (held?.connection.open) this.#retire(held.connection)
    this.#run(
      connection.ended.then(why => {
        if (this.#held.get(id)?.connection !== connection) return
        this.#held.delete(id)
        this.#options.onEnd?.(id, why)
      }),
    )
    this.#options.onOpen?.(connection)
    return undefined
  }

  /**
   * The newest connection wins, for the other side would not dial if it still had the older one; but when
   * both dialled at once, the one made by the lower id stays, which both sides see alike.
   */
  #staysOver(held: Held, newer: Connection, now: number): boolean {
    if (held.connection.dialled === newer.dialled || now - held.since > TOGETHER_MS) return false
    return held.connection.dialled === this.#oursStays(newer.peerId)
  }

  /** Whether of two connections of a pair the one made by this side stays. */
  #oursStays(id: PeerId): boolean {
    return this.#options.identity.id < id
  }

  #retire(connection: Connection): void {
    this.#run(retire(connection, this.#closed.signal))
  }

  #run(work: Promise<unknown>): void {
    const done = work.finally(() => this.#running.delete(done))
    this.#running.add(done)
  }
}

/** Closes it once nothing has been asked on it for a while, or its time is over. */
async function retire(connection: Connection, hurry: AbortSignal): Promise<void> {
  const end = performance.now() + RETIRE_MS
  let busyAt = performance.now()
  while (connection.open && !hurry.aborted && performance.now() < end) {
    if (!connection.idle) busyAt = performance.now()
    if (performance.now() - busyAt > QUIET_MS) break
    await delay(LOOK_MS)
  }
  await connection.close(replaced())
}

function isOutOfReach(error: unknown): boolean {
  return hasCode(error, 'UNREACHABLE') || hasCode(error, 'TIMEOUT')
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort: () => void = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
  })
  setMaxListeners(0, signal) // one signal may well be given for many people
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function replaced(): PeerError {
  return new PeerError('REPLACED', 'Another connection between the two took the place of this one.')
}
