/** How much of the past counts for the rate, ms. */
const MEMORY_MS = 2_000
/** For how long a lane should have something to do, ms: a slow one gets little, so that little waits for it. */
const AHEAD_MS = 500
/** The least and the most that a lane is asked for at once, bytes; a new one begins in between. */
const LEAST_BYTES = 1024 * 1024
const NEW_BYTES = 4 * 1024 * 1024
const MOST_BYTES = 24 * 1024 * 1024
/** A lane that was asked and gives nothing for so long stalls, ms. */
const STALL_MS = 8_000

/** How fast one connection gives what it is asked for. Time is given, never read. */
export class LanePace {
  #asked = 0
  #bytes = 0
  #ms = 0
  #last = 0

  /** Bytes that were asked for and are not done. */
  get asked(): number {
    return this.#asked
  }

  /** So much more is asked of it. */
  ask(bytes: number, nowMs: number): void {
    if (this.#asked === 0) this.#last = nowMs
    this.#asked += bytes
  }

  /** So many bytes came. */
  came(bytes: number, nowMs: number): void {
    const passed = Math.max(0, nowMs - this.#last)
    const fade = Math.exp(-passed / MEMORY_MS)
    this.#bytes = this.#bytes * fade + bytes
    this.#ms = this.#ms * fade + passed
    this.#last = nowMs
  }

  /** What was asked has ended, come or not. */
  done(bytes: number): void {
    this.#asked = Math.max(0, this.#asked - bytes)
  }

  /** Bytes a second while it was asked for something; undefined before the first. */
  get rate(): number | undefined {
    return this.#bytes > 0 ? (this.#bytes * 1_000) / Math.max(this.#ms, 1) : undefined
  }

  /** How many bytes it should be asked for at once. */
  get allowance(): number {
    const { rate } = this
    if (rate === undefined) return NEW_BYTES
    return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, (rate * AHEAD_MS) / 1_000))
  }

  /** When what it was asked for will be done at its rate, or as it seems while it gives nothing, ms. */
  msLeft(nowMs: number): number {
    if (this.#asked === 0) return 0
    const silent = nowMs - this.#last
    return this.rate === undefined ? Math.max(silent, 1_000) : (this.#asked * 1_000) / this.rate + silent
  }

  isStalled(nowMs: number): boolean {
    return this.#asked > 0 && nowMs - this.#last >= STALL_MS
  }

  /** Whether bytes came within this time. */
  gaveWithin(ms: number, nowMs: number): boolean {
    return this.#bytes > 0 && nowMs - this.#last < ms
  }
}
