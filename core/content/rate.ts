/** Over how long a rate is smoothed. */
const WINDOW_MS = 10_000
const SLOTS = 20
const SLOT_MS = WINDOW_MS / SLOTS

/** Bytes a second over the last 10 s, or since the start while that is less. Time is given, never read. */
export class Rate {
  readonly #slots = new Float64Array(SLOTS)
  #started: number
  #slot: number

  constructor(nowMs: number) {
    this.#started = nowMs
    this.#slot = Math.floor(nowMs / SLOT_MS)
  }

  /** Counts bytes that came at this time. */
  add(bytes: number, nowMs: number): void {
    this.#turn(nowMs)
    const at = this.#slot % SLOTS
    this.#slots[at] = (this.#slots[at] ?? 0) + bytes
  }

  bytesASecond(nowMs: number): number {
    this.#turn(nowMs)
    const whole = this.#slots.reduce((sum, bytes) => sum + bytes, 0)
    // The slot being filled is part of the window only as far as it has passed.
    const windowMs = (SLOTS - 1) * SLOT_MS + (nowMs - this.#slot * SLOT_MS)
    return (whole * 1_000) / Math.max(Math.min(windowMs, nowMs - this.#started), SLOT_MS)
  }

  #turn(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS)
    const passed = slot - this.#slot
    for (let i = 1; i <= Math.min(passed, SLOTS); i++) this.#slots[(this.#slot + i) % SLOTS] = 0
    if (passed > 0) this.#slot = slot
  }
}

/** Seconds of the past that are kept for a graph. */
const HISTORY_SECONDS = 60

/** How many bytes came in each of the last seconds. Time is given, never read. */
export class History {
  readonly #bytes = new Float64Array(HISTORY_SECONDS)
  readonly #first: number
  #second: number

  constructor(nowMs: number) {
    this.#second = Math.floor(nowMs / 1_000)
    this.#first = this.#second
  }

  add(bytes: number, nowMs: number): void {
    this.#turn(nowMs)
    const at = this.#second % HISTORY_SECONDS
    this.#bytes[at] = (this.#bytes[at] ?? 0) + bytes
  }

  /** The newest last: the second that is going on. */
  seconds(nowMs: number): number[] {
    this.#turn(nowMs)
    const count = Math.min(HISTORY_SECONDS, this.#second - this.#first + 1)
    return Array.from({ length: count }, (_, i) => {
      return this.#bytes[(this.#second - count + 1 + i) % HISTORY_SECONDS] ?? 0
    })
  }

  #turn(nowMs: number): void {
    const second = Math.floor(nowMs / 1_000)
    for (let i = 1; i <= Math.min(second - this.#second, HISTORY_SECONDS); i++) {
      this.#bytes[(this.#second + i) % HISTORY_SECONDS] = 0
    }
    this.#second = Math.max(second, this.#second)
  }
}

/** Seconds left at this rate; undefined when it can't be told. */
export function secondsLeft(bytesLeft: number, bytesASecond: number): number | undefined {
  if (bytesLeft <= 0) return 0
  return bytesASecond >= 1 ? Math.ceil(bytesLeft / bytesASecond) : undefined
}
