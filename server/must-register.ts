import { PeerError } from '../core/errors/index.js'
import type { Connection } from '../core/wire/index.js'
import type { People } from './people.js'

/** Ends connections that say hello and then never who they are. */
export class MustRegister {
  readonly #people: People
  readonly #ms: number
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(people: People, ms: number) {
    this.#people = people
    this.#ms = ms
  }

  watch(connection: Connection): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (this.#people.get(connection.peerId)?.session?.connection === connection) return
      void connection.close(new PeerError('TIMEOUT', 'The connection did not register in time.'))
    }, this.#ms)
    this.#timers.add(timer)
    void connection.ended.then(() => {
      clearTimeout(timer)
      this.#timers.delete(timer)
    })
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
