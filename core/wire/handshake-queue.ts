import type { Limits } from './limits.js'

/**
 * Lets a few handshakes run at once, and the others wait for their turn. When everyone comes at once, as after a restart,
 * all would else be under way together and none over before its time limit: work for nothing, again and again.
 */
export class HandshakeQueue {
  readonly #limits: Pick<Limits, 'handshakesAtOnce' | 'handshakesWaiting'>
  readonly #waiting = new Set<() => void>()
  #running = 0

  constructor(limits: Pick<Limits, 'handshakesAtOnce' | 'handshakesWaiting'>) {
    this.#limits = limits
  }

  /**
   * Calls `begin` now or when it is its turn. Undefined when too many wait: they had better come again. Else call the
   * returned function once the handshake is over, or its socket is gone; more often does no harm.
   */
  enter(begin: () => void): (() => void) | undefined {
    const start = () => {
      this.#running++
      begin()
    }
    let isOver = false
    const over = () => {
      if (isOver) return
      isOver = true
      if (this.#waiting.delete(start)) return
      this.#running--
      this.#next()
    }
    if (this.#running < this.#limits.handshakesAtOnce) start()
    else if (this.#waiting.size < this.#limits.handshakesWaiting) this.#waiting.add(start)
    else return undefined
    return over
  }

  #next(): void {
    for (const start of this.#waiting) {
      if (this.#running >= this.#limits.handshakesAtOnce) return
      this.#waiting.delete(start)
      start()
    }
  }
}
