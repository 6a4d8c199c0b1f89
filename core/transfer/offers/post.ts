import { setMaxListeners } from 'node:events'
import { hasCode, isPeerError, PeerError } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import type { Logger } from '../../log/index.js'
import type { Connection } from '../../wire/index.js'
import type { Clock } from '../clock.js'
import { retryWaitMs } from '../retry.js'

/** A control connection, as far as letters need it. */
export type Letterbox = Pick<Connection, 'request'>

/** How what waits for people reaches them. */
export interface PostOptions {
  readonly clock: Clock
  /** Between 0 and 1. */
  readonly chance: () => number
  readonly log: Logger
  connect(to: PeerId, signal: AbortSignal): Promise<Letterbox>
  hasLetters(to: PeerId): boolean
  /** Sends what waits for someone, in order; rejects when the rest has to wait. */
  deliver(to: PeerId, connection: Letterbox, signal: AbortSignal): Promise<void>
}

interface Round {
  again: boolean
  done: Promise<void>
}

/** Delivers what waits for people: when they come online, and after a while where something went wrong. */
export class Post {
  readonly #options: PostOptions
  readonly #closing = new AbortController()
  readonly #rounds = new Map<PeerId, Round>()
  readonly #failures = new Map<PeerId, number>()
  readonly #timers = new Map<PeerId, () => void>()

  constructor(options: PostOptions) {
    this.#options = options
    setMaxListeners(0, this.#closing.signal)
  }

  get signal(): AbortSignal {
    return this.#closing.signal
  }

  /** Someone may be reachable, or something is to be told them: settles when that was tried. Never rejects. */
  wake(to: PeerId): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve()
    const running = this.#rounds.get(to)
    if (running) {
      running.again = true
      return running.done
    }
    if (!this.#options.hasLetters(to)) return Promise.resolve()
    this.#stopTimer(to)
    const round: Round = { again: true, done: Promise.resolve() }
    this.#rounds.set(to, round)
    round.done = this.#run(to, round)
    return round.done
  }

  async close(): Promise<void> {
    this.#closing.abort(new PeerError('CLOSED', 'The peer is closing.'))
    for (const to of [...this.#timers.keys()]) this.#stopTimer(to)
    await Promise.all([...this.#rounds.values()].map(({ done }) => done))
  }

  async #run(to: PeerId, round: Round): Promise<void> {
    const { connect, deliver, hasLetters, log } = this.#options
    while (round.again && hasLetters(to) && !this.#closing.signal.aborted) {
      round.again = false
      try {
        await deliver(to, await connect(to, this.#closing.signal), this.#closing.signal)
        this.#failures.delete(to)
      } catch (error) {
        log.debug('letters wait', { to, code: isPeerError(error) ? error.code : String(error) })
        this.#tryLater(to, error)
      }
    }
    // In one step with the last look: who wakes it from here on begins a new round.
    this.#rounds.delete(to)
  }

  /** Who is offline is waited for; anything else may pass. */
  #tryLater(to: PeerId, error: unknown): void {
    this.#stopTimer(to)
    if (this.#closing.signal.aborted || hasCode(error, 'OFFLINE')) return
    const failures = (this.#failures.get(to) ?? 0) + 1
    this.#failures.set(to, failures)
    const stop = this.#options.clock.after(retryWaitMs(failures, this.#options.chance()), () => {
      this.#timers.delete(to)
      void this.wake(to)
    })
    this.#timers.set(to, stop)
  }

  #stopTimer(to: PeerId): void {
    this.#timers.get(to)?.()
    this.#timers.delete(to)
  }
}
