import { PeerError } from '../../core/errors/index.js'

/** So many wait at most. */
const MOST_WAITING = 1_000

/**
 * Does one piece of work after the other. What is given up while it waits is never begun: a person who types has
 * many searches on their way, of which only the last counts.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** Rejects with the signal's reason, or TOO_BUSY when very many wait. */
  async take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#waiting >= MOST_WAITING)
      throw new PeerError('TOO_BUSY', 'Very many are searching just now. Try again in a moment.')
    this.#waiting++
    const done = this.#last.then(() => {
      this.#waiting--
      signal.throwIfAborted()
      return work()
    })
    this.#last = done.then(
      () => {},
      () => {}, // told to whoever asked for it
    )
    return done
  }
}
