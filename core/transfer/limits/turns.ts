/** How long a turn lasts while others wait, ms. */
const TURN_MS = 2_000

/**
 * Who is served now, where only so many are at once. Everyone else waits in line; a turn that lasted goes to the
 * first of them, and whoever had it may line up again behind the others.
 */
export class Turns<Key> {
  /** Since when each of those being served has been, ms. */
  readonly #served = new Map<Key, number>()
  readonly #waiting = new Set<Key>()
  #slots = 0

  /** How many are served at once; 0: all. */
  setSlots(slots: number): void {
    this.#slots = slots
  }

  /** Whether it is someone's turn. */
  has(key: Key): boolean {
    return this.#slots === 0 || this.#served.has(key)
  }

  /** Someone has something to be served with. */
  want(key: Key): void {
    if (!this.#served.has(key)) this.#waiting.add(key)
  }

  /** Someone has nothing more. */
  leave(key: Key): void {
    this.#served.delete(key)
    this.#waiting.delete(key)
  }

  /** Ends turns that lasted and gives free ones to those who wait longest; gives those whose turn ended. */
  pass(nowMs: number): Key[] {
    const ended: Key[] = []
    for (const [key, since] of this.#served) {
      const isMany = this.#served.size > this.#slots
      const isOver = nowMs - since >= TURN_MS && this.#served.size + this.#waiting.size > this.#slots
      if (this.#slots === 0 || !(isMany || isOver)) continue
      if (!isMany && ended.length >= this.#waiting.size) break
      ended.push(key)
      this.#served.delete(key)
    }
    for (const key of this.#waiting) {
      if (this.#slots > 0 && this.#served.size >= this.#slots) break
      this.#waiting.delete(key)
      this.#served.set(key, nowMs)
    }
    return ended
  }

  /** How long until a turn ends that someone waits for, ms. */
  waitMs(nowMs: number): number {
    if (this.#waiting.size === 0) return Number.POSITIVE_INFINITY
    let wait = Number.POSITIVE_INFINITY
    for (const since of this.#served.values()) wait = Math.min(wait, since + TURN_MS - nowMs)
    return Math.max(wait, 1)
  }
}
