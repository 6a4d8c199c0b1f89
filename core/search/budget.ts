const STEPS_A_LOOK = 4096

/** A limit on the time of one search. The clock is looked at every few thousand steps. */
export class Budget {
  readonly #until: number
  readonly #now: () => number
  #steps = 0
  #spent = false

  constructor(ms: number, now: () => number) {
    this.#now = now
    this.#until = now() + ms
  }

  /** Whether the time is over; once it is, it stays so. Counts as one step. */
  get spent(): boolean {
    if (!this.#spent && ++this.#steps >= STEPS_A_LOOK) {
      this.#steps = 0
      this.#spent = this.#now() > this.#until
    }
    return this.#spent
  }

  /** Looks at the clock now. */
  look(): boolean {
    this.#steps = STEPS_A_LOOK
    return this.spent
  }
}
