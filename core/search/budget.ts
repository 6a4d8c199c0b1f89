const STEPS_A_LOOK = 4096

/** A limit on the time of one part of a search. The clock is looked at every few thousand steps. */
export class Budget {
  readonly #until: number
  readonly #now: () => number
  #steps = 0
  #spent = false

  constructor(until: number, now: () => number) {
    this.#until = until
    this.#now = now
  }

  /** Whether the time is over; once it is, it stays so. Counts as one step. */
  get spent(): boolean {
    if (!this.#spent && ++this.#steps >= STEPS_A_LOOK) {
      this.#steps = 0
      this.#spent = this.#now() > this.#until
    }
    return this.#spent
  }
}
