import type { PeerId } from '../identity/index.js'
import type { Connection } from '../wire/index.js'

/** How often it is told that someone is writing, and how often it is taken from them. */
const TELL_EVERY_MS = 3_000
const TAKE_EVERY_MS = 1_000

export interface TypingOptions {
  /** The control connection to someone, where there is one: nobody is dialled for a hint. */
  readonly connected: (to: PeerId) => Pick<Connection, 'notify'> | undefined
  readonly onTyping: (from: PeerId) => void
  readonly now: () => number
}

/** The hint that someone is writing just now: kept nowhere, and lost without harm. */
export class Typing {
  readonly #options: TypingOptions
  readonly #told = new Map<PeerId, number>()
  readonly #taken = new Map<PeerId, number>()

  constructor(options: TypingOptions) {
    this.#options = options
  }

  /** Lets someone know, unless that was just done. */
  tell(to: PeerId): void {
    const connection = this.#options.connected(to)
    if (!connection || !this.#mayGo(this.#told, to, TELL_EVERY_MS)) return
    connection.notify('TYPING', {}).catch(() => {}) // it has just ended
  }

  /** Someone says that they are writing. */
  take(from: PeerId): void {
    if (this.#mayGo(this.#taken, from, TAKE_EVERY_MS)) this.#options.onTyping(from)
  }

  /** What was written has been sent: the next key is news again. */
  sent(to: PeerId): void {
    this.#told.delete(to)
  }

  #mayGo(times: Map<PeerId, number>, who: PeerId, everyMs: number): boolean {
    const now = this.#options.now()
    const last = times.get(who)
    if (last !== undefined && Math.abs(now - last) < everyMs) return false
    times.set(who, now)
    return true
  }
}
